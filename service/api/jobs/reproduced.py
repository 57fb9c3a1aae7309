"""Comparison of a reproduced job with its original."""

from __future__ import annotations

import hashlib
from typing import Any

from service.context import Context
from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import Job, Model


def reproduction(job: Job, ctx: Context) -> dict[str, Any]:
    """Compare the weights of a succeeded reproduction with those of its original.

    `differences` contains the entries of both fingerprints that differ: machine, NumPy, BLAS.
    """
    document: dict[str, Any] = {
        "job": job.reproduces,
        "equal": None,
        "sha256": None,
        "differences": {},
    }
    if job.status != "succeeded" or job.reproduces is None:
        return document
    try:
        before = ctx.store.jobs.origin(job.reproduces)
        original = ctx.store.models.load(before.name, before.version)
        reproduced = ctx.store.models.load(job.name, job.version)
    except (NotFoundError, CorruptFileError):
        return document  # a model was deleted or is corrupt
    was, now = (model.provenance.get("fingerprint", {}) for model in (original, reproduced))
    differences = {
        name: [was.get(name), now.get(name)]
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    }
    sha256 = weights_hash(reproduced)
    equal = sha256 == weights_hash(original)
    document |= {"equal": equal, "sha256": sha256, "differences": differences}
    return document


def weights_hash(model: Model) -> str:
    """Return the SHA-256 of all arrays with their names, in the order of the names."""
    sha256 = hashlib.sha256()
    for name, array in model.network.arrays(model.parameters).items():
        sha256.update(name.encode())
        sha256.update(array.tobytes())
    return sha256.hexdigest()
