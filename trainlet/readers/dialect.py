"""Detection of the CSV dialect from the start of a file and the reading options."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from trainlet.datasets import ReadingOptions
from trainlet.datasets.reading_options import DELIMITERS
from trainlet.datasets.table import column_names
from trainlet.readers import names
from trainlet.readers.failure import TableError
from trainlet.readers.header import is_header, names_index
from trainlet.readers.records import Records
from trainlet.readers.values import Values

SAMPLE_BYTES = 2**20
"""Size in bytes of the start of a file that is used to detect its dialect."""

SAMPLE_LINES = 50
DELIMITER_NAMES: dict[str, Any] = {sign: word for word, sign in DELIMITERS.items()}
QUOTED = re.compile(rb'(?<![^,;\t|\n ])"(?:[^"]++|"")*+"')
SEPARATOR = re.compile(rb'"?sep=(.)"?\n', re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """Dialect of a table; its rows begin at byte `start`, on `line` counted from 1."""

    delimiter: str
    header: bool
    rule: str
    names: tuple[str, ...]
    renamed: dict[str, str]
    start: int
    line: int

    def settled(self, options: ReadingOptions) -> ReadingOptions:
        """Return the options with the detected delimiter and header."""
        header: Literal["true", "false"] = "true" if self.header else "false"
        return replace(options, delimiter=DELIMITER_NAMES[self.delimiter], header=header)


def dialect(head: bytes, options: ReadingOptions, known: Sequence[str] = ()) -> Dialect:
    """Return the dialect of a table whose text starts with whole records.

    A first line with one of the `known` names is a header. Raises TableError for an empty table.
    """
    values = Values(options)
    start, sign = 0, None
    if result := SEPARATOR.match(head):
        start, sign = result.end(), result[1].decode(errors="replace")
    if options.delimiter != "auto":
        sign = DELIMITERS[options.delimiter]
    elif sign is None:
        sign = _delimiter(head[start:], options)
    if sign not in DELIMITER_NAMES:
        raise TableError(
            f"line 1 sets the delimiter {sign!r}; it must be one of {', '.join(DELIMITER_NAMES)}"
        )
    records = Records(sign, options.comment)
    places = list(islice(records.starts(head[start:]), SAMPLE_LINES + 1))
    lines = [_cells(head[start + begin : start + end], sign) for begin, end, _ in places]
    if not lines:
        raise TableError("the first row does not end" if head.strip() else "the file is empty")
    header, rule = decided(lines, options, values, known)
    begin, end, line = places[0]
    first_line = 1 + head[:start].count(b"\n") + line
    if not header:
        named = names.unique(column_names(len(lines[0])))
        return Dialect(sign, header, rule, *named, start + begin, first_line)
    first_line += head[start + begin : start + end].count(b"\n")
    named = names.unique(_complete(lines, values))
    return Dialect(sign, header, rule, *named, start + end, first_line)


def decided(
    lines: Sequence[Sequence[str]],
    options: ReadingOptions,
    values: Values,
    known: Sequence[str] = (),
) -> tuple[bool, str]:
    """Return whether the first line is a header, and the reason.

    A model whose training file had no header may be given one with its names.
    """
    named = len(known) > 1 and set(known).issubset(lines[0])
    if options.header == "true" or (options.header == "false" and not named):
        return options.header == "true", "set by the options"
    if not set(known).isdisjoint(lines[0]):
        return True, "the first line contains names of the model's columns"
    return is_header(lines, values)


def _complete(lines: list[list[str]], values: Values) -> list[str]:
    """Return the header with a name for each column, if all rows are longer by one value.

    R names no column of row names; other programs end each row with a delimiter.
    """
    header, rows = lines[0], lines[1:]
    if {len(row) for row in rows} != {len(header) + 1}:
        return header
    if not any(row[-1] for row in rows):
        return [*header, ""]
    indexed = len(rows) > 1 and names_index([row[0] for row in rows], values)
    return ["", *header] if indexed else header


def _cells(record: bytes, sign: str) -> list[str]:
    text = record.decode().removesuffix("\n")
    text = text.replace("\t", " ").strip() if sign == " " else text
    cells = next(csv.reader([text], delimiter=sign, skipinitialspace=True), [])
    return [cell.strip() for cell in cells]


def _delimiter(head: bytes, options: ReadingOptions) -> str:
    """Return the delimiter that occurs equally often in most lines, outside quotes."""
    comment = (options.comment or "\n").encode()
    unquoted = QUOTED.sub(b'""', head) if b'"' in head else head
    lines = [line.strip(b" ") for line in unquoted.split(b"\n", 2 * SAMPLE_LINES)[:-1]]
    lines = [line for line in lines if line and not line.startswith(comment)][:SAMPLE_LINES]
    best, most = ",", (0, False, 0)
    for sign in DELIMITERS.values():
        if sign == " " or (sign == "," and options.decimal == "comma"):
            continue
        for count, times in Counter(line.count(sign.encode()) for line in lines).most_common(1):
            # If two delimiters fit equally well, the comma is usually the decimal separator.
            if count and (times, sign != ",", count) > most:
                best, most = sign, (times, sign != ",", count)
    return " " if _has_runs_of_spaces(lines, best, most[0]) else best


def _has_runs_of_spaces(lines: list[bytes], best: str, result: int) -> bool:
    """Return whether runs of spaces fit better than `best`, which fits `result` lines.

    All lines have the same number of words, or the first line lacks the word above row names, as
    R writes them. If another delimiter fits all lines, each row must have runs in its values.
    """
    if not lines:
        return False
    arguments = [line.split() for line in lines]
    first, *widths = map(len, arguments)
    same = first > 1 and set(widths) <= {first}
    if result:
        uneven = best == "\t" and result < len(lines)
        runs = re.compile(rb"[^ %(sign)b] {2,}[^ %(sign)b]" % {b"sign": re.escape(best.encode())})
        return same and (uneven or all(runs.search(line) for line in lines[1:] or lines))
    index = [line[0] for line in arguments[1:]]
    numbers = [b"%d" % number for number in range(1, len(index) + 1)]
    indexed = len(index) > 1 and (set(index) == {b'""'} or index == numbers)
    return same or (first > 1 and set(widths) == {first + 1} and indexed)
