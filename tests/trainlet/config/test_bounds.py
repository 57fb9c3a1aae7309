from __future__ import annotations

from typing import Any

import pytest

from trainlet.config import Bound, Length, Numbers, Pattern, Range


@pytest.mark.parametrize(
    ("bound", "noun", "expected"),
    [
        (Range(min=1, max=9), "an integer", "an integer from 1 to 9"),
        (Range(min=1), "an integer", "an integer at least 1"),
        (Range(max=9), "a number", "a number at most 9"),
        (Range(above=0, below=1), "a number", "a number above 0 and below 1"),
        (Range(min=0, below=1), "a number", "a number at least 0 and below 1"),
        (Pattern("[a-z]+"), "text", "text that matches [a-z]+"),
        (Length(min=1), "a list", "a list of at least 1 item"),
        (Length(min=2), "a list", "a list of at least 2 items"),
        (Length(min=0, max=3), "a list", "a list of 0 to 3 items"),
    ],
)
def test_words(bound: Bound, noun: str, expected: str) -> None:
    assert bound.describe(noun) == expected


@pytest.mark.parametrize(
    ("bound", "value"),
    [
        (Range(min=1, max=9), 1),
        (Range(min=1, max=9), 9),
        (Range(above=0, below=1), 0.5),
        (Pattern("[a-z]+"), "abc"),
        (Length(min=1, max=2), (1, 2)),
        (Numbers(axes=2), (1, 2.5)),
        (Numbers(axes=2), ((1, 2), (3, 4))),
    ],
)
def test_allowed(bound: Bound, value: Any) -> None:
    assert bound.error(value) is None


@pytest.mark.parametrize(
    ("bound", "value"),
    [
        (Range(min=1, max=9), 0),
        (Range(min=1, max=9), 10),
        (Range(above=0, below=1), 0),
        (Range(above=0, below=1), 1),
        (Pattern("[a-z]+"), "abc1"),
        (Pattern("[a-z]+"), "abc\n"),
        (Length(min=1, max=2), ()),
        (Length(min=1, max=2), (1, 2, 3)),
        (Numbers(axes=2), ()),
        (Numbers(axes=2), ((1, 2), (3,))),
        (Numbers(axes=2), ((1, 2), 3)),
        (Numbers(axes=1), ((1, 2), (3, 4))),
        (Numbers(axes=2), (1, float("nan"))),
        (Numbers(axes=2), (1, float("inf"))),
        (Numbers(axes=2), (1, 10**400)),
        (Numbers(axes=2), (1, True)),
        (Numbers(axes=2), (1, "2")),
    ],
)
def test_not_allowed(bound: Bound, value: Any) -> None:
    assert bound.error(value) is not None


def test_json_schema() -> None:
    assert Range(min=1, below=5).schema() == {"minimum": 1, "exclusiveMaximum": 5}
    assert Pattern("[a-z]+").schema() == {"pattern": "^(?:[a-z]+)$"}
    assert Length(min=1, max=5).schema() == {"minItems": 1, "maxItems": 5}
