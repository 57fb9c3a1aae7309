"""`python -m trainlet.store`: rebuild the indexes of the blob store, set by the environment.

With `--json` what was done is told as a JSON document.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from trainlet.errors import Invalid, TrainletError, Unavailable
from trainlet.settings import load
from trainlet.store import Store
from trainlet.store.reindexing import reindex

EXIT_CODES: dict[type[TrainletError], int] = {Invalid: 3, Unavailable: 6}
"""As those of the command line; 1 for all other errors."""


def main(words: Sequence[str]) -> int:
    """Reindex; the exit status is 1 if the record of a job cannot be read."""
    try:
        looked_at, damaged = reindex(Store(load().blob_url).blobs)
    except TrainletError as error:
        print(f"Error: {error}", file=sys.stderr)  # noqa: T201
        return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)
    as_json = "--json" in words
    told = json.dumps({"jobs": looked_at, "damaged": list(damaged)})
    print(told if as_json else f"{looked_at} jobs indexed")  # noqa: T201
    for job in damaged:
        print(f"job {job} has a broken record", file=sys.stderr)  # noqa: T201
    return 1 if damaged else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
