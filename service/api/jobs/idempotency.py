"""Idempotency keys: a client may repeat a submission whose response was lost.

Keys are stored in the blob store, not in Redis, so they survive restarts.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

from flask import request

from service.auth.principal import Principal
from service.context import Context
from service.http.problems import InvalidHeaderError
from trainlet.config import to_json
from trainlet.errors import FieldError, NotFoundError
from trainlet.spec import JobSpec
from trainlet.store import Job
from trainlet.store.idempotency_keys import StoredKey, digest
from trainlet.store.jobs import new_id

HEADER = "Idempotency-Key"
EXPECTED = "1 to 255 visible ASCII characters"
PARAMETER = {
    "in": "header",
    "name": HEADER,
    "description": "Idempotency key: a repeated submission within 24 hours returns the first job.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def request_key(principal: Principal) -> str | None:
    """Return the idempotency key of the request, scoped to its principal; None without one.

    Raises InvalidHeaderError.
    """
    key = request.headers.get(HEADER)
    if key is not None and not re.fullmatch("[!-~]{1,255}", key):
        raise InvalidHeaderError([FieldError((HEADER,), key, EXPECTED, f"must be {EXPECTED}")])
    # The separator cannot occur in a key, so keys of principals cannot collide.
    return key if key is None or principal.owner is None else f"{principal.owner}\n{key}"


def find(key: str, spec: JobSpec, ctx: Context) -> Job | None:
    """Return the job of an earlier request with this key; None if there was none.

    Raises InvalidHeaderError if that request had another body.
    """
    stored = ctx.store.keys.find(key)
    return None if stored is None else _job(key, stored, spec, ctx)


def accept(key: str, spec: JobSpec, ctx: Context, begin: Callable[[str, str], Job]) -> Job:
    """Create a job with an id and the hash of a key, unless another request has used the key.

    Raises InvalidHeaderError.
    """
    with ctx.store.keys.hold(key, new_id(), _fingerprint(spec)) as stored:
        job = _job(key, stored, spec, ctx)
        return job or begin(stored.job, digest(key))


def _job(key: str, stored: StoredKey, spec: JobSpec, ctx: Context) -> Job | None:
    if stored.body != _fingerprint(spec):
        allowed = "a key that was not used with another body within 24 hours"
        raise InvalidHeaderError([FieldError((HEADER,), key, allowed, f"must be {allowed}")])
    try:
        return ctx.store.jobs.get(stored.job)
    except NotFoundError:
        return None


def _fingerprint(spec: JobSpec) -> str:
    """Return the SHA-256 of a spec, independent of its JSON formatting."""
    document = json.dumps(to_json(spec), sort_keys=True)
    return hashlib.sha256(document.encode()).hexdigest()
