"""Run the HTTP API, configured by environment variables, until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import sys

from trainlet.settings import SettingsError, load


def main() -> int:
    """Serve; exit with status 2 for invalid settings."""
    try:
        settings = load()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    # NumPy reads this at import; requests already run in parallel, so BLAS needs no threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from service.server.api_processes import serve  # noqa: PLC0415

    return serve(settings)


if __name__ == "__main__":
    sys.exit(main())
