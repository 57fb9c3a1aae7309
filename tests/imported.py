"""Modules and objects that forked processes need, created once; see tests.forked."""

import os

# As in `python -m worker`; NumPy reads the variable on import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import service.app
import service.server.api_processes
import worker.rq_worker  # noqa: F401

# For all settings and stores they are the same.
_routes = service.app.routes()
service.app.routes = lambda: _routes
