"""Points to predict: one conversion if all is well, precise pointers if not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.bodies import parse
from service.errors import SHOWN_FAULTS
from trainlet.errors import Fault, Invalid, TooLarge

Points = NDArray[np.float64]

WORDS = b"true", b"false", b"null"
"""JSON that is no number, but that numpy would take for one."""


def read_points(body: bytes, columns: Sequence[str], most: int) -> Points:
    """The points (n, columns) in a body `{"points": [[…], …]}`.

    Raises 400 for what is not JSON; Invalid with a pointer for a point of the wrong length and
    for what is no number; TooLarge for more than `most` points.
    """
    document = parse(body)
    points = _list(document)
    if len(points) > most:
        raise TooLarge(f"there are {len(points)} points; at most {most} are predicted at once")
    if not points:
        return np.empty((0, len(columns)))
    # The two quotes of "points" are all there can be unless something in the list is text.
    if body.count(b'"') == 2 and not any(word in body for word in WORDS):
        array = _converted(points)
        if array is not None and array.shape == (len(points), len(columns)):
            return array
    found = list(islice(_faults(points, columns), SHOWN_FAULTS))
    if found:
        raise Invalid(found)
    return np.array(points, np.float64)


def _list(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise Invalid([Fault((), document, "an object", "must be an object")])
    points = document.get("points")
    found = [
        Fault((name,), value, "points", "is not a known field")
        for name, value in document.items()
        if name != "points"
    ]
    if isinstance(points, list) and not found:
        return points
    if not isinstance(points, list):
        detail = "must be a list" if "points" in document else "is required"
        found.append(Fault(("points",), points, "a list of points", detail))
    raise Invalid(found)


def _converted(points: list[Any]) -> Points | None:
    try:
        return np.array(points, np.float64)
    except (ValueError, TypeError):
        return None


def _faults(points: list[Any], columns: Sequence[str]) -> Iterator[Fault]:
    one = f"a list of {len(columns)} number{'s' * (len(columns) != 1)}: {', '.join(columns)}"
    for row, point in enumerate(points):
        if not isinstance(point, list) or len(point) != len(columns):
            yield Fault(("points", row), point, one, f"must be {one}")
            continue
        for column, value in enumerate(point):
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                yield Fault(("points", row, column), value, "a number", "must be a number")
