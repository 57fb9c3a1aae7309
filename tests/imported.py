"""Everything that forked processes need, imported once; see tests.forked."""

import os

# As `python -m worker` does, and numpy wants to know when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import service.server  # noqa: F401
import worker.rq_worker  # noqa: F401
