"""`python -m worker`: one worker, configured by the environment."""

from __future__ import annotations

import os


def main() -> None:
    """Work until SIGTERM or SIGINT."""
    # numpy reads this once, when it is imported: one process a core beats threads within one.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from worker.rq_worker import serve  # noqa: PLC0415

    serve()


if __name__ == "__main__":
    main()
