"""`python -m trainlet.store VERB {…}`: what is done to the store itself, where it is.

The arguments of a verb come as one JSON object, and what it has to say goes out as another. The
store is the one that the settings in the environment say.
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
    """Make an API key."""
    api_key, key = store.api_keys.create(**options)
    return asdict(api_key) | {"key": key}


def list_keys(store: Store) -> Document:
    """All API keys, newest first, without what is secret of them."""
    documents = [
        asdict(api_key) | {"expired": api_key.expired} for api_key in store.api_keys.list()
    ]
    return {"keys": documents}


def revoke_key(store: Store, id: str) -> Document:  # noqa: A002  # as a grant calls it
    """Let an API key hold no more."""
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
    """Do it; the exit statuses are those of the command line."""
    try:
        done = VERBS[verb](Store(load().blob_url), **json.loads(arguments))
    except TrainletError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 6)
    print(json.dumps(done))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
