"""Upload of tables of any size in several requests, split between rows."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import RawIOBase
from typing import IO, Any, TypeVar, cast

import click

from trainlet import media_types
from trainlet.cli._failure import InputError, InputFileError
from trainlet.cli._gunzip import GZIP_MAGIC, Gunzipped
from trainlet.cli._reading import options_of
from trainlet.cli._records import CHUNK_BYTES, MAX_RECORDS, header_length, pieces
from trainlet.client.options import parameters
from trainlet.errors import FieldError, ValidationError
from trainlet.media_types import CSV

Response = TypeVar("Response")
Send = Callable[[bytes, str, dict[str, Any]], tuple[Response, dict[str, str]]]
"""Sends a table with its media type and reading options; also returns the detected options."""

TEXT = CSV, "text/tab-separated-values", "application/x-ndjson"
"""Media types that are sent in several requests; others are sent in one."""

UTF_16 = b"\xff\xfe", b"\xfe\xff"


def send_table(
    file: IO[bytes], options: dict[str, Any], send: Send[Response], rows: int = MAX_RECORDS
) -> Iterator[Response]:
    """Send a file in requests of up to `rows` rows, and yield the responses in order.

    Raises InputError with the line in the file, and InputFileError for an empty file.
    """
    media_type, params = media_type_of(file), parameters(options_of(**options))
    if media_type not in TEXT:
        with located(name_of(file)):
            yield send(file.read(), media_type, params)[0]
        return
    header, header_lines = b"", 0
    for number, piece in enumerate(pieces(*_opened(file, params), rows)):
        with located(name_of(file), piece.line - 1 - header_lines, header_lines):
            response, settled = send(header + piece.content, media_type, params)
        if number == 0:
            params |= settled
            if settled.get("header") == "true":
                header = piece.content[: header_length(piece.content, params.get("comment"))]
                header_lines = header.count(b"\n") or header.count(b"\r")
        yield response
        _show(piece.line)
    _show(0, done=True)


def read_whole(file: IO[bytes]) -> bytes:
    """Return the content of a file. Raises InputFileError if it is empty."""
    content = file.read()
    if not content.strip():
        raise InputFileError(f"{name_of(file)} is empty")
    return content


def media_type_of(file: IO[bytes]) -> str:
    """Return the media type for the name of a file; CSV for an unknown suffix."""
    return media_types.media_type_of(name_of(file)) or CSV


@contextmanager
def located(name: str, lines: int = 0, header: int = 0) -> Iterator[None]:
    """Raise errors of a piece of a file with the line number in the whole file."""
    try:
        yield
    except ValidationError as error:
        raise InputError(
            name, [_moved(name, field_error, lines, header) for field_error in error.errors]
        ) from None


def _moved(name: str, error: FieldError, lines: int, header: int) -> tuple[str, FieldError]:
    """Return the location of an error, and the error without the line number."""
    match = re.match(r"line (\d+)[,:]? (.*)", error.detail, re.DOTALL)
    if match is None:
        return name, error
    line = int(match[1]) + (lines if int(match[1]) > header else 0)
    return f"{name}:{line}", replace(error, detail=match[2])


class _AsUtf8(RawIOBase):
    """UTF-16 file as UTF-8, because UTF-16 cannot be split at line-end bytes."""

    def __init__(self, first: bytes, file: IO[bytes]) -> None:
        self._first, self._file = first, file
        self._decoder = codecs.getincrementaldecoder("utf-16")()

    def read(self, size: int = -1) -> bytes:
        data, self._first = self._first or self._file.read(size), b""
        try:
            return self._decoder.decode(data, final=not data).encode()
        except UnicodeDecodeError as error:
            raise InputFileError(f"{name_of(self._file)} is not UTF-16: {error.reason}") from None


def _opened(file: IO[bytes], params: dict[str, Any]) -> tuple[IO[bytes], bytes]:
    """Return the file, decompressed and in a single-byte encoding, and its first bytes."""
    first = file.read(CHUNK_BYTES)
    if first.startswith(GZIP_MAGIC):
        file = cast("IO[bytes]", Gunzipped(first, file, name_of(file)))
        first = file.read(CHUNK_BYTES)
    if not first.strip():
        raise InputFileError(f"{name_of(file)} is empty")
    if first[:2] in UTF_16 or params.get("encoding") == "utf-16":
        params["encoding"] = "utf-8"
        text = cast("IO[bytes]", _AsUtf8(first, file))
        return text, text.read(CHUNK_BYTES)
    return file, first


def _show(line: int, *, done: bool = False) -> None:
    """Show the progress if only standard error is a terminal."""
    if sys.stderr.isatty() and not sys.stdout.isatty():
        click.echo("\r\x1b[K" if done else f"\r{line} lines", err=True, nl=False)


def name_of(file: IO[bytes]) -> str:
    return "<stdin>" if file is sys.stdin.buffer else str(getattr(file, "name", "<stdin>"))
