from __future__ import annotations

import math

import numpy as np
import pytest

from trainlet.datasets.features import parse, positions

COLUMNS = ("x1", "x2", "petal width (cm)", "a*b")
PLACES = positions(COLUMNS)
POINTS = np.array([[2.0, 3.0, 0.5, 7.0], [-1.0, 4.0, 1.5, 9.0]])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x2", [3.0, 4.0]),
        ("x1^2", [4.0, 1.0]),
        ("x1^3", [8.0, -1.0]),
        ("x1*x2", [6.0, -4.0]),
        ("x1*x1", [4.0, 1.0]),
        ("sin(x1)", [math.sin(2), math.sin(-1)]),
        ("cos(x2)", [math.cos(3), math.cos(4)]),
        ("petal width (cm)^2", [0.25, 2.25]),
        ("sin(petal width (cm))", [math.sin(0.5), math.sin(1.5)]),
        ("a*b", [7.0, 9.0]),
        ("x1*a*b", [14.0, -9.0]),
        ("a*b*x1", [14.0, -9.0]),
    ],
)
def test_it_computes_what_it_states(text: str, expected: list[float]) -> None:
    feature = parse(text, PLACES)
    assert feature is not None
    np.testing.assert_allclose(feature(POINTS), expected, rtol=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x3",
        "x1^1",
        "x1^10",
        "x1^-2",
        "x1^2^2",
        "tan(x1)",
        "sin(x1",
        "sin(x3)",
        "x1*x3",
        "x1+x2",
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert parse(text, PLACES) is None


def test_code_is_not_run() -> None:
    assert parse("__import__('os').system('true')", PLACES) is None
