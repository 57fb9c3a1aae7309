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
        theirs = ctx.store.models.load(before.name, before.version)
        mine = ctx.store.models.load(job.name, job.version)
    except (NotFoundError, CorruptFileError):
        return document  # a model was deleted or is corrupt
    one, other = (model.provenance.get("fingerprint", {}) for model in (theirs, mine))
    differences = {
        name: [one.get(name), other.get(name)]
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name)
    }
    own = weights_hash(mine)
    document |= {"equal": own == weights_hash(theirs), "sha256": own, "differences": differences}
    return document


def weights_hash(model: Model) -> str:
    """Return the SHA-256 of all arrays with their names, in the order of the names."""
    result = hashlib.sha256()
    for name, array in model.network.arrays(model.parameters).items():
        result.update(name.encode())
        result.update(array.tobytes())
    return result.hexdigest()
