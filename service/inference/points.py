"""Conversion of points to arrays: fast for valid points, precise error pointers otherwise."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.http.problems import MAX_ERRORS
from service.http.strict_json import parse
from service.inference.point_rows import PointRows
from trainlet.datasets import FittedPreprocessing
from trainlet.errors import FieldError, TooLargeError, ValidationError
from trainlet.suggestion import unknown

Points = NDArray[np.float64]

LITERALS = b"true", b"false", b"null"
"""JSON literals that are not numbers but that NumPy would convert."""


def read_points(body: bytes, preprocessing: FittedPreprocessing, most: int) -> Points:
    """Parse the points (n, columns) of a body `{"points": [[…], …]}` or `[{"x1": …}, …]`.

    Raises 400 for invalid JSON, and the errors of `to_points`.
    """
    points = _list(parse(body))
    check_count(len(points), most)
    # Only the two quotes of "points" are allowed, else the list contains strings.
    if body.count(b'"') == 2 and not preprocessing.forms and not any(w in body for w in LITERALS):
        array = _converted(points)
        if array is not None and array.shape == (len(points), len(preprocessing.columns)):
            return array
    return to_points(points, preprocessing)


def to_points(points: list[Any], preprocessing: FittedPreprocessing) -> Points:
    """Convert rows, each a list or an object by column, to an array (n, columns).

    Raises ValidationError with a pointer for a point of the wrong length, an unknown or missing
    column, and a value that its column does not allow.
    """
    rows = PointRows(preprocessing)
    array = np.empty((len(points), len(preprocessing.columns)))
    bad = []
    for row, point in enumerate(points):
        numbers = rows.numbers(point)
        if numbers is None:
            bad.append(row)
            if len(bad) >= MAX_ERRORS:
                break
        else:
            array[row] = numbers
    if bad:
        result = (error.under("points", row) for row in bad for error in rows.errors(points[row]))
        raise ValidationError(islice(result, MAX_ERRORS))
    return array


def check_count(points: int, most: int) -> None:
    """Raise TooLargeError for more than `most` points."""
    if points > most:
        raise TooLargeError(
            f"There are {points} points; the limit is {most} (setting TRAINLET_MAX_POINTS)."
        )


def _list(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise ValidationError([FieldError((), document, "an object", "must be an object")])
    points = document.get("points")
    results = [
        FieldError((name,), value, "points", unknown(name, ("points",)))
        for name, value in document.items()
        if name != "points"
    ]
    if isinstance(points, list) and not results:
        return points
    if not isinstance(points, list):
        detail = "must be a list" if "points" in document else "is required"
        results.append(FieldError(("points",), points, "a list of points", detail))
    raise ValidationError(results)


def _converted(points: list[Any]) -> Points | None:
    try:
        return np.array(points, np.float64)
    except (ValueError, TypeError):
        return None
