"""Line and column of a value in the text of a JSON document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecoder

WHITESPACE = re.compile(r"[ \t\r\n]*")
_decode = JSONDecoder().raw_decode


def location(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Return the line and column, from 1, of the value at a path in well-formed JSON.

    If the document lacks part of the path, as for a missing field, this is the location of the
    last value on the path.
    """
    position = _skip(text, 0)
    for step in path:
        members = _members(text, position)
        inner = [start for name, start in members if str(name) == str(step)]
        if not inner:
            break
        position = inner[-1]  # the last of duplicate fields counts, as in json.loads
    line = text.count("\n", 0, position) + 1
    return line, position - text.rfind("\n", 0, position)


def _members(text: str, position: int) -> Iterator[tuple[str | int, int]]:
    """Yield the names or indices of an object or a list, and where their values start."""
    opening, index = text[position], 0
    if opening not in "{[":
        return
    position = _skip(text, position + 1)
    while text[position] not in "}]":
        name: str | int = index
        if opening == "{":
            name, position = _decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        yield name, position
        _, position = _decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
        index += 1


def _skip(text: str, position: int) -> int:
    match = WHITESPACE.match(text, position)
    return position if match is None else match.end()
