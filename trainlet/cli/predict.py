"""`trainlet predict`: rows of a table in, predictions as CSV out."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import RawIOBase
from pathlib import Path
from typing import IO, Any, cast

import click

from trainlet.cli._completing import model_names
from trainlet.cli._failure import Wrong, WrongFile
from trainlet.cli._reading import options_of, reading_options
from trainlet.cli._records import PIECE_BYTES, header_length, pieces, record_ends
from trainlet.cli._service import connect, json_option, url_option
from trainlet.client import Client, Model
from trainlet.client.options import parameters
from trainlet.errors import Fault, Invalid

CSV = "text/csv"
MEDIA_TYPES = {
    ".tsv": "text/tab-separated-values",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".npy": "application/x-npy",
}
WHOLE = (MEDIA_TYPES[".xlsx"], MEDIA_TYPES[".npy"])
"""Files that cannot be cut: they go in one request."""

UTF_16 = b"\xff\xfe", b"\xfe\xff"


@click.command(
    epilog="Examples: trainlet predict fruit new.csv -o labels.csv; "
    "echo 1,3 | trainlet predict xor -"
)
@click.argument("name", shell_complete=model_names)
@click.argument("file", type=click.File("rb"))
@click.option("--version", help="Version or alias; by default the newest version.")
@click.option(
    "-o", "--output", type=click.File("wb", lazy=False), default="-", help="File for the result."
)
@reading_options
@json_option
@url_option
def predict(
    name: str,
    file: IO[bytes],
    version: str | None,
    output: IO[bytes],
    url: str | None,
    *,
    as_json: bool,
    **options: Any,
) -> None:
    """Predict each row of FILE with the model NAME; - reads standard input.

    FILE is CSV, tab-separated (.tsv), JSON Lines (.jsonl), Excel (.xlsx) or an array (.npy). Its
    columns are found by name, and others are ignored, so the training file works as it is. The
    result is CSV with one row per row: the label and the outputs, or the values. FILE is sent in
    requests of up to 5,000 rows and may be of any size. --json prints one document per request.
    """
    accept = "application/json" if as_json else CSV
    with connect(url) as client:
        model = client.model(name, version)
        for number, content in enumerate(_predicted(client, model, file, accept, options)):
            if as_json:
                output.write(content + b"\n")
            else:
                output.write(content if number == 0 else content[_first_record(content) :])
            output.flush()


def _predicted(
    client: Client, model: Model, file: IO[bytes], accept: str, options: dict[str, Any]
) -> Iterator[bytes]:
    """The response to each part of a file. Raises Wrong with the line in the file."""
    media_type = MEDIA_TYPES.get(Path(_name(file)).suffix.lower(), CSV)
    params = parameters(options_of(**options))
    if media_type in WHOLE:
        with _placed(_name(file), 0, 0):
            yield client.predict_table(model, file.read(), media_type, params, accept)[0]
        return
    header, header_lines = b"", 0
    for number, piece in enumerate(pieces(*_opened(file, params))):
        with _placed(_name(file), piece.line - 1 - header_lines, header_lines):
            content, settled = client.predict_table(
                model, header + piece.content, media_type, params, accept
            )
        if number == 0:
            params |= settled
            if settled.get("header") == "true":
                header = piece.content[: header_length(piece.content, params.get("comment"))]
                header_lines = header.count(b"\n") or header.count(b"\r")
        yield content
        _show(piece.line)
    _show(0, done=True)


@contextmanager
def _placed(name: str, lines: int, header: int) -> Iterator[None]:
    """Raise errors of a part of a file with the line in the whole file."""
    try:
        yield
    except Invalid as error:
        raise Wrong(name, [_moved(name, fault, lines, header) for fault in error.faults]) from None


def _moved(name: str, fault: Fault, lines: int, header: int) -> tuple[str, Fault]:
    """The place of an error, and the error without the line."""
    found = re.match(r"line (\d+)(?:, |: )(.*)", fault.detail, re.DOTALL)
    if found is None:
        return name, fault
    line = int(found[1]) + (lines if int(found[1]) > header else 0)
    return f"{name}:{line}", replace(fault, detail=found[2])


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
            raise WrongFile(f"{_name(self._file)} is not UTF-16: {error.reason}") from None


def _opened(file: IO[bytes], params: dict[str, Any]) -> tuple[IO[bytes], bytes]:
    """The file and its first bytes."""
    first = file.read(PIECE_BYTES)
    if not first.strip():
        raise WrongFile(f"{_name(file)} is empty")
    if first[:2] in UTF_16 or params.get("encoding") == "utf-16":
        params["encoding"] = "utf-8"
        text = cast("IO[bytes]", _AsUtf8(first, file))
        return text, text.read(PIECE_BYTES)
    return file, first


def _first_record(content: bytes) -> int:
    return int(record_ends(content, b"\n")[0])


def _show(line: int, *, done: bool = False) -> None:
    """Show the progress on a terminal."""
    if sys.stderr.isatty() and not sys.stdout.isatty():
        click.echo("\r\x1b[K" if done else f"\r{line} lines", err=True, nl=False)


def _name(file: IO[bytes]) -> str:
    return "<stdin>" if file is sys.stdin.buffer else str(getattr(file, "name", "<stdin>"))
