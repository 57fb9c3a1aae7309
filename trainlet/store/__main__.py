"""`python -m trainlet.store`: rebuild the indexes of the blob store, set by the environment."""

from __future__ import annotations

import sys

from trainlet.errors import TrainletError
from trainlet.settings import load
from trainlet.store import Store
from trainlet.store.reindexing import reindex


def main() -> int:
    """Reindex; the exit status is 1 if the record of a job cannot be read."""
    try:
        looked_at, damaged = reindex(Store(load().blob_url).blobs)
    except TrainletError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    print(f"{looked_at} jobs indexed")  # noqa: T201
    for job in damaged:
        print(f"job {job} has a broken record", file=sys.stderr)  # noqa: T201
    return 1 if damaged else 0


if __name__ == "__main__":
    sys.exit(main())
