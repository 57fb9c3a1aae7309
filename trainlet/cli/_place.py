"""Places: where in the text of a JSON document a path leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json import JSONDecoder

WHITESPACE = re.compile(r"[ \t\r\n]*")
_decode = JSONDecoder().raw_decode


def location(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Line and column, from 1, of the value that a path leads to in well-formed JSON.

    Where the document has not all of the path, as for a field that is missing, it is the place of
    the last value on the way.
    """
    position = _skip(text, 0)
    for step in path:
        members = _members(text, position)
        inner = [start for name, start in members if str(name) == str(step)]
        if not inner:
            break
        position = inner[-1]  # of fields that are there twice the last counts
    line = text.count("\n", 0, position) + 1
    return line, position - text.rfind("\n", 0, position)


def _members(text: str, position: int) -> Iterator[tuple[str | int, int]]:
    """The names or indices of an object or a list, and where their values begin."""
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
    result = WHITESPACE.match(text, position)
    return position if result is None else result.end()
