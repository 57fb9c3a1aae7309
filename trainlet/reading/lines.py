"""Lines of a text file, whole and decoded, however long the file is."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO

from trainlet.reading.failure import Failed

BLOCK = 4 * 2**20
LONGEST_LINE = 4 * 2**20


class Taken:
    """The lines of a file, with a count of their bytes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.bytes = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._file.readline(LONGEST_LINE):
            self.bytes += len(line)
            yield decoded(line)


def whole_lines(file: BinaryIO) -> bytes:
    """The next block of lines, nothing at the end. Raises Failed for a line without an end."""
    block = file.read(BLOCK)
    rest = b"" if block.endswith(b"\n") else file.readline(LONGEST_LINE)
    if len(rest) == LONGEST_LINE:
        raise Failed(f"a line has more than {LONGEST_LINE} bytes")
    return block + rest


def lines_of(file: BinaryIO) -> Iterator[str]:
    """The rest of the lines; only what ends a line in CSV does so here."""
    while block := whole_lines(file):
        yield from StringIO(decoded(block), newline="")


def decoded(data: bytes) -> str:
    """The text of bytes. Raises Failed unless they are UTF-8 without zero bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Failed(f"the file is not UTF-8: byte {data[error.start]:#04x}") from None
    if "\0" in text:
        raise Failed("the file is not text: it holds a zero byte")
    return text
