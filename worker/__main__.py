"""Command line entry point of a worker: `python -m worker`, configured by the environment."""

from __future__ import annotations

import os
import sys

from trainlet.settings import SettingsError, load


def main() -> int:
    """Run one worker and return the exit status.

    The status is 2 if settings are invalid, and 1 if Redis or the store is unavailable.
    """
    # NumPy reads this on import. One process per core is faster than threads within one process.
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
