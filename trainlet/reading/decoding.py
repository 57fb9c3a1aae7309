"""Decoding: the text of a file as UTF-8 with one kind of line end, a piece at a time."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from typing import BinaryIO

from trainlet.reading.failure import Failed

PIECE = 2**20
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def pieces(data: bytes, file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield the text of `data`, the start of a file, and of its rest.

    The last piece ends with a line end. Raises Failed for bytes that are no text.
    """
    # A file that says UTF-8 may have a byte order mark, which is no part of the text.
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)(), translate=True)
    lines, ended = 1, True
    while True:
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise _undecodable(error, encoding, lines) from None
        if "\0" in text:
            line = lines + text[: text.index("\0")].count("\n")
            raise Failed(
                f"line {line} holds a zero byte: the file must be text, such as UTF-8; "
                "if it is UTF-16, set encoding to utf-16"
            )
        if text:
            lines += text.count("\n")
            ended = text.endswith("\n")
            yield text.encode()
        if not data:
            break
        data = file.read(PIECE)
    if not ended:
        yield b"\n"


def named(start: bytes, encoding: str) -> str:
    """Return the encoding of a file that starts like this."""
    if encoding != "auto":
        return encoding
    return next((name for mark, name in BOMS.items() if start.startswith(mark)), "utf-8")


def _undecodable(error: UnicodeDecodeError, encoding: str, lines: int) -> Failed:
    before = error.object[: error.start]
    line = lines + before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    byte = f"byte {error.object[error.start]:#04x}" if error.object else "the end of the file"
    others = "cp1252 or latin-1" if encoding == "utf-8" else "utf-8, cp1252 or latin-1"
    return Failed(
        f"line {line}: {byte} is not {encoding.upper()}; set encoding to what the file is "
        f"written in, likely {others}"
    )
