"""Record boundaries, widths and line numbers of CSV text."""

from __future__ import annotations

import re
from collections.abc import Iterator


class Records:
    """Records of UTF-8 text with a delimiter, where quoted values may contain line ends."""

    def __init__(self, delimiter: str, comment: str | None) -> None:
        self.delimiter = delimiter.encode()
        mark = re.escape(comment.encode()) if comment else b"(?!)"
        # Runs of spaces may contain tabs.
        sign = b"[ \\t]" if delimiter == " " else re.escape(self.delimiter)
        other = b"[^ \\t\\n]" if delimiter == " " else b"[^" + sign + b"\\n]"
        rest = other + b"*+"
        quoted = b'"(?:[^"]++|"")*+"' + rest
        field = b" *+(?:" + quoted + b'|(?!")' + rest + b")"
        skipped = b"[ \\t]*+" + mark + b"[^\\n]*+\\n"
        record = field + b"(?:" + sign + field + b")*+\\n"
        self._skipped = re.compile(b"[ \\t]*+(?:" + mark + b"[^\\n]*+)?\\n")
        self._record = re.compile(skipped + b"|" + record)
        self._records = re.compile(b"(?:" + skipped + b"|" + record + b")*+")
        self._commented = re.compile(skipped) if comment else None
        self._others = bytes(set(range(256)) - {*self.delimiter, ord("\n")})
        # A quote is only special at the start of a value.
        self._quoted = re.compile(b"(?<!" + other + b') *"(?:[^"]++|"")*+"')

    def whole(self, text: bytes, size: int) -> int:
        """Return the end of the last whole record in the first `size` bytes."""
        if b'"' not in text:
            return text.rfind(b"\n", 0, size) + 1
        result = self._records.match(text, 0, size)
        return result.end() if result else 0

    def starts(self, text: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield start, end and line, counted from 0, of each record that is not skipped."""
        line = begin = 0
        while result := self._record.match(text, begin):
            if not self._skipped.fullmatch(result[0]):
                yield begin, result.end(), line
            line += result[0].count(b"\n")
            begin = result.end()

    def line(self, text: bytes, record: int) -> int:
        """Return the line, counted from 0, on which a record starts."""
        starts = enumerate(self.starts(text))
        return next((line for number, (_, _, line) in starts if number == record), 0)

    def without_comments(self, text: bytes) -> bytes:
        """Return the records that are not skipped."""
        if self._commented is None or not self._commented.search(text):
            return text
        return b"".join(text[start:end] for start, end, _ in self.starts(text))

    def bare(self, text: bytes) -> bytes:
        """Return the text with each quoted value replaced by an empty one."""
        return self._quoted.sub(b'""', text) if b'"' in text else text

    def widths(self, text: bytes) -> list[int]:
        """Return the number of values of each record in text without comments."""
        lines = [line for line in self.bare(text).split(b"\n")[:-1] if line.strip(self._blank)]
        if self.delimiter == b" ":
            return [len(line.split()) for line in lines]
        return [line.count(self.delimiter) + 1 for line in lines]

    @property
    def _blank(self) -> bytes:
        return b" " if self.delimiter == b"\t" else b" \t"

    def regular(self, text: bytes, width: int) -> int | None:
        """Return the number of records if each has `width` values, or None."""
        if self.delimiter == b" " or width == 1:
            return None
        marks = self.bare(text).translate(None, self._others)
        rows = len(marks) // width
        line = self.delimiter * (width - 1) + b"\n"
        return rows if marks == line * rows else None
