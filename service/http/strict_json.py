"""Strict JSON: every key once, and errors with their line and column.

orjson keeps the last of several equal keys, without a hook. So the keys of the parsed document
are counted and compared with the colons of the body, which takes microseconds; only a body with
fewer keys than colons is scanned for the key that occurs twice.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

import orjson
from werkzeug.exceptions import BadRequest

from service.http.problems import InvalidJSONError
from trainlet.errors import FieldError

COLONS = b'":', b" :", b"\t:", b"\r:", b"\n:"
"""The colon behind a key follows its quote or white space; the colons of a time do not."""

STRING = rb'"[^"\\]*(?:\\.[^"\\]*)*"'
STRINGS = re.compile(STRING, re.DOTALL)
TOKENS = re.compile(
    # A flat list without strings holds no key and is one token.
    rb"(?P<string>%s)(?P<colon>[ \t\r\n]*:)?|\[[^][{}\"]*\]|[][{},]" % STRING,
    re.DOTALL,
)


def parse(body: bytes) -> Any:
    """Parse a JSON document.

    Raises:
        BadRequest: The body is not JSON; NaN, Infinity and lone surrogates are not.
        InvalidJSON: An object has a key twice.

    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        _refuse(body, error)
    if body.find(b":", body.find(b":") + 1) > 0:  # finding is ten times as fast as counting
        colons = body.count(b":")
        if _count_keys(document, colons) < colons:
            _refuse_duplicate(body, document)
    return document


def _refuse(body: bytes, error: orjson.JSONDecodeError) -> NoReturn:
    line, column, message = error.lineno, error.colno, error.msg
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        before = body[: wrong.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = "the body is not UTF-8"
    raise BadRequest(f"The body is not JSON: line {line}, column {column}: {message}.") from None


def _count_keys(document: Any, most: int) -> int:
    """Count the keys at all depths, level by level, until `most` are found."""
    keys, level = 0, [document]
    while level and keys < most:
        objects = [each for each in level if type(each) is dict]
        lists = [each for each in level if type(each) is list]
        keys += sum(map(len, objects))
        if keys < most:
            inner = [value for each in objects for value in each.values()]
            level = inner + [value for each in lists for value in each]
    return keys


def _refuse_duplicate(body: bytes, document: Any) -> None:
    """Raise InvalidJSONError if a key occurs twice, and not if there are colons within strings."""
    keys = _count_keys(document, len(body))
    if keys < sum(map(body.count, COLONS)) and keys < STRINGS.sub(b"", body).count(b":"):
        path, place = _duplicate(body)
        before = body[:place].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        detail = f"occurs twice in its object, again at line {line}, column {column}"
        raise InvalidJSONError([FieldError(path, path[-1], "each key once", detail)])


def _duplicate(body: bytes) -> tuple[tuple[str | int, ...], int]:
    """Return the path of the first key that occurs twice, and where in the body it does."""
    path: list[str | int] = []
    observed: list[set[str] | None] = []
    for token in TOKENS.finditer(body):
        text = token[0]
        if token["colon"]:
            keys, name = observed[-1], orjson.loads(token["string"])
            path[-1] = name
            if keys is None or name in keys:
                return tuple(path), token.start()
            keys.add(name)
        elif text == b"{":
            observed.append(set())
            path.append("")
        elif text == b"[":
            observed.append(None)
            path.append(0)
        elif text in (b"}", b"]"):
            observed.pop()
            path.pop()
        elif text == b"," and observed and observed[-1] is None:
            path[-1] = int(path[-1]) + 1
    raise AssertionError("no key of the body occurs twice")
