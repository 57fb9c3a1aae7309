"""Decoding of text files to UTF-8 with normalized line ends."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from io import IncrementalNewlineDecoder
from typing import BinaryIO

CHUNK_BYTES = 2**20
BOMS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
BINARY = {
    b"\x1f\x8b": "compressed with gzip; unpack it, or send it with Content-Encoding: gzip",
    b"PK\x03\x04": "an Excel file (.xlsx) or another zip archive; upload it by its media type",
    b"\xd0\xcf\x11\xe0": "an Excel file (.xls); save it as .xlsx or CSV",
    b"PAR1\x15": "a Parquet file; upload it by its media type",
    b"\x93NUMPY": "an array (.npy); upload it by its media type",
    b"BZh91AY&SY": "compressed with bzip2; unpack it",
    b"\xfd7zXZ": "compressed with xz; unpack it",
    b"\x28\xb5\x2f\xfd": "compressed with zstd; unpack it",
}
"""Binary formats that are often uploaded as text, by their first bytes."""

ZERO = "the text contains a zero byte; if the file is UTF-16, set encoding to utf-16"


class DecodingError(Exception):
    """Invalid text, `lines` lines into a piece."""

    def __init__(self, message: str, lines: int) -> None:
        super().__init__(message)
        self.lines = lines


def pieces(data: bytes, file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield the text of `data`, the start of a file, and of the rest of the file.

    The last piece ends with a line end. Raises DecodingError for invalid text.
    """
    _require_text(data)
    codec = encoding
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = "utf-16-be" if data.startswith(b"\0") else "utf-16-le"
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)(), translate=True)
    if encoding == "utf-8":
        data = data.removeprefix(codecs.BOM_UTF8) or file.read(CHUNK_BYTES)
    ended = True
    while True:
        if encoding == "utf-8" and _plain(data) and decoder.getstate() == (b"", 0):
            ended = data.endswith(b"\n")
            yield data
            data = file.read(CHUNK_BYTES)
            continue
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise _undecodable(error, encoding) from None
        if "\0" in text:
            raise DecodingError(ZERO, text[: text.index("\0")].count("\n"))
        if text:
            ended = text.endswith("\n")
            yield text.encode()
        if not data:
            break
        data = file.read(CHUNK_BYTES)
    if not ended:
        yield b"\n"


def _require_text(data: bytes) -> None:
    """Raise DecodingError for the start of a known binary format."""
    for magic, description in BINARY.items():
        if data.startswith(magic):
            raise DecodingError(f"the file is {description}", 0)


def _plain(data: bytes) -> bool:
    """Return whether bytes need no decoding; the check takes a tenth of the decoding."""
    return bool(data) and data.isascii() and b"\r" not in data and b"\0" not in data


def named(start: bytes, encoding: str) -> str:
    """Return the encoding of a file from its start."""
    if encoding != "auto":
        return encoding
    return next((name for mark, name in BOMS.items() if start.startswith(mark)), "utf-8")


def _undecodable(error: UnicodeDecodeError, encoding: str) -> DecodingError:
    before = error.object[: error.start]
    lines = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    byte = f"byte {error.object[error.start]:#04x}" if error.object else "the end of the file"
    others = "cp1252 or latin-1" if encoding == "utf-8" else "utf-8, cp1252 or latin-1"
    return DecodingError(
        f"{byte} is not {encoding.upper()}; set encoding to what the file is written in, "
        f"likely {others}",
        lines,
    )
