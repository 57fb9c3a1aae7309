"""What an API key looks like, and how it is kept out of what is written."""

from __future__ import annotations

import re

KEY = re.compile(r"trainlet_([0-9a-f]{16})_[A-Za-z0-9_-]{43}", re.ASCII)
"""The id of a grant, which is no secret, and 256 random bits."""

_WRITTEN = re.compile(r"trainlet_([0-9a-f]{16})_[A-Za-z0-9_-]{8,}", re.ASCII)


def redact(text: str) -> str:
    """A text without the secret parts of keys that are in it."""
    return _WRITTEN.sub(r"trainlet_\1_...", text) if "trainlet_" in text else text
