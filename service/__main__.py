"""`python -m service`: serve HTTP, configured by the environment, until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import sys

from trainlet.settings import SettingsError, load


def main() -> int:
    """Serve; the exit status is 2 for settings that are wrong."""
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    # numpy reads this once, when it is imported; requests run side by side as it is.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from service.server.api_processes import serve  # noqa: PLC0415

    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
