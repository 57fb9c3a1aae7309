"""Bounded reading of text from a file or standard input."""

from __future__ import annotations

import sys
from typing import IO

from trainlet.cli._failure import InputFileError

MAX_BYTES = 2**30


def read_text(file: IO[bytes]) -> tuple[str, str]:
    """Return the name of a file for messages, and its text.

    Raises InputFileError if it is too large or not UTF-8.
    """
    name = "<stdin>" if file is sys.stdin.buffer else str(getattr(file, "name", "<stdin>"))
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputFileError(f"{name} is larger than {MAX_BYTES} bytes")
    try:
        return name, data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputFileError(f"{name} is not UTF-8: {error.reason} at byte {error.start}") from None
