"""Small JSON documents with a format version."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from trainlet.errors import CorruptFileError

FORMAT = 1


def encode(record: dict[str, Any]) -> bytes:
    """Serialize a record. Raises ValueError for a number that is not finite."""
    return json.dumps({"format": FORMAT} | record, allow_nan=False).encode()


def decode(data: bytes, *required: str) -> dict[str, Any]:
    """Parse a record.

    Raises CorruptFileError unless it is one of this format with the `required` fields.
    """
    try:
        record = json.loads(data)
    except (ValueError, RecursionError):
        raise CorruptFileError("a stored record is not JSON") from None
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        written = record.get("format") if isinstance(record, dict) else None
        raise CorruptFileError(f"a stored record does not have format {FORMAT}{since(written)}")
    missing = [name for name in required if name not in record]
    if missing:
        raise CorruptFileError(f"a stored record lacks {', '.join(missing)}")
    return record


def since(written: Any) -> str:
    """Return a hint if a newer version may have written an unknown format."""
    if not str(written).isdecimal() or int(written) <= FORMAT:
        return ""
    return f" but {written}; a newer version of trainlet wrote it and can read it"


def to_text(value: Any) -> Any:
    """Replace the numbers that JSON lacks by "nan", "inf" and "-inf"."""
    if isinstance(value, dict):
        return {name: to_text(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_text(item) for item in value]
    return str(value) if isinstance(value, float) and not isfinite(value) else value


def from_text(value: Any) -> Any:
    """Restore the numbers of `to_text`. Raises CorruptFileError for anything else."""
    if isinstance(value, dict):
        return {name: from_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [from_text(item) for item in value]
    try:
        return float(value)
    except (TypeError, ValueError):
        raise CorruptFileError("a stored number is not a number") from None


def now() -> str:
    """Return the current time as RFC 3339 in UTC, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
