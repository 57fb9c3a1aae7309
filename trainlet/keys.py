"""Format of API keys, and their redaction in messages."""

from __future__ import annotations

import re

KEY = re.compile(r"trainlet_([0-9a-f]{16})_[A-Za-z0-9_-]{43}", re.ASCII)
"""Public id of the key and 256 random bits."""

_WRITTEN = re.compile(r"trainlet_([0-9a-f]{16})_[A-Za-z0-9_-]{8,}", re.ASCII)


def redact(text: str) -> str:
    """Return a string with the secret parts of API keys removed."""
    return _WRITTEN.sub(r"trainlet_\1_...", text) if "trainlet_" in text else text
