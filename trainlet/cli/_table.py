"""Tables as input: a file of any size goes to the service in requests, cut between rows."""

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
from trainlet.cli._records import MAX_RECORDS, PIECE_BYTES, header_length, pieces
from trainlet.client.options import parameters
from trainlet.errors import FieldError, ValidationError
from trainlet.media_types import CSV

Response = TypeVar("Response")
Send = Callable[[bytes, str, dict[str, Any]], tuple[Response, dict[str, str]]]
"""Sends a table with its media type and reading options; returns the options found, too."""

TEXT = CSV, "text/tab-separated-values", "application/x-ndjson"
"""Files that are sent in parts; others go in one request."""

UTF_16 = b"\xff\xfe", b"\xfe\xff"


def send_table(
    file: IO[bytes], options: dict[str, Any], send: Send[Response], rows: int = MAX_RECORDS
) -> Iterator[Response]:
    """Send a file in parts of up to so many rows, and return the responses in order.

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
    """The content of a file that goes in one request. Raises InputFileError for an empty one."""
    content = file.read()
    if not content.strip():
        raise InputFileError(f"{name_of(file)} is empty")
    return content


def media_type_of(file: IO[bytes]) -> str:
    """The media type by the name of a file; CSV for any other name."""
    return media_types.media_type_of(name_of(file)) or CSV


@contextmanager
def located(name: str, lines: int = 0, header: int = 0) -> Iterator[None]:
    """Raise errors of a part of a file with the line in the whole file."""
    try:
        yield
    except ValidationError as error:
        raise InputError(
            name, [_moved(name, field_error, lines, header) for field_error in error.errors]
        ) from None


def _moved(name: str, error: FieldError, lines: int, header: int) -> tuple[str, FieldError]:
    """The place of an error, and the error without the line."""
    result = re.match(r"line (\d+)[,:]? (.*)", error.detail, re.DOTALL)
    if result is None:
        return name, error
    line = int(result[1]) + (lines if int(result[1]) > header else 0)
    return f"{name}:{line}", replace(error, detail=result[2])


class _AsUtf8(RawIOBase):
    """A file in UTF-16, which cannot be cut at bytes, as UTF-8."""

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
    """The file and its first bytes."""
    first = file.read(PIECE_BYTES)
    if first.startswith(GZIP_MAGIC):
        file = cast("IO[bytes]", Gunzipped(first, file, name_of(file)))
        first = file.read(PIECE_BYTES)
    if not first.strip():
        raise InputFileError(f"{name_of(file)} is empty")
    if first[:2] in UTF_16 or params.get("encoding") == "utf-16":
        params["encoding"] = "utf-8"
        text = cast("IO[bytes]", _AsUtf8(first, file))
        return text, text.read(PIECE_BYTES)
    return file, first


def _show(line: int, *, done: bool = False) -> None:
    """Show the progress on a terminal."""
    if sys.stderr.isatty() and not sys.stdout.isatty():
        click.echo("\r\x1b[K" if done else f"\r{line} lines", err=True, nl=False)


def name_of(file: IO[bytes]) -> str:
    return "<stdin>" if file is sys.stdin.buffer else str(getattr(file, "name", "<stdin>"))
