"""Records: small JSON documents that carry the version of their format."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from trainlet.errors import Corrupt

FORMAT = 1


def encode(record: dict[str, Any]) -> bytes:
    """The bytes of a record; raises ValueError for a number that is not finite."""
    return json.dumps({"format": FORMAT} | record, allow_nan=False).encode()


def decode(data: bytes, *required: str) -> dict[str, Any]:
    """The record in `data`. Raises Corrupt unless it is one, of this format, with these names."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise Corrupt("a stored record is not JSON") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise Corrupt(f"a stored record is not of format {FORMAT}")
    missing = [name for name in required if name not in record]
    if missing:
        raise Corrupt(f"a stored record lacks {', '.join(missing)}")
    return record


def now() -> str:
    """The present time as RFC 3339 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
