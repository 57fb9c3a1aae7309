"""Administration of the store: `python -m trainlet.store VERB {…}`.

A verb takes its arguments as one JSON object and prints another. The settings in the environment
name the store.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from trainlet.errors import NotFoundError, TrainletError, ValidationError
from trainlet.settings import load
from trainlet.store import Store
from trainlet.store.prune import prune
from trainlet.store.reindex import reindex

Document = dict[str, Any]


def create_key(store: Store, **options: Any) -> Document:
    """Create an API key."""
    api_key, key = store.api_keys.create(**options)
    return asdict(api_key) | {"key": key}


def list_keys(store: Store) -> Document:
    """List all API keys, newest first, without their secrets."""
    documents = [
        asdict(api_key) | {"expired": api_key.expired} for api_key in store.api_keys.list()
    ]
    return {"keys": documents}


def revoke_key(store: Store, id: str) -> Document:  # noqa: A002  # the name of the JSON field
    """Revoke an API key."""
    return asdict(store.api_keys.revoke(id))


def rebuild_indexes(store: Store) -> Document:
    """Rebuild the indexes from the records."""
    inspected, damaged = reindex(store.blobs)
    return {"jobs": inspected, "damaged": damaged}


VERBS: dict[str, Callable[..., Document]] = {
    "create-key": create_key,
    "list-keys": list_keys,
    "revoke-key": revoke_key,
    "prune": prune,
    "reindex": rebuild_indexes,
}
STATUSES: dict[type[TrainletError], int] = {ValidationError: 3, NotFoundError: 4}


def main(verb: str, arguments: str = "{}") -> int:
    """Run a verb and return the exit status, as the CLI defines it."""
    try:
        done = VERBS[verb](Store(load().blob_url), **json.loads(arguments))
    except TrainletError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 6)
    print(json.dumps(done))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
