"""`python -m worker`: one worker, configured by the environment."""

from __future__ import annotations

import os
import sys

from trainlet.settings import SettingsError, load


def main() -> int:
    """Work; the exit status is 2 for settings that are wrong, 1 if Redis or the store is away."""
    # numpy reads this once, when it is imported: one process a core beats threads within one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from worker.rq_worker import serve  # noqa: PLC0415

    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
