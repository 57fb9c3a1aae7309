"""Points to predict: one conversion if all is well, precise pointers if not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.errors import SHOWN_FAULTS
from service.strict_json import parse
from trainlet.datasets import Column, FittedPreparation
from trainlet.errors import Fault, Invalid, TooLarge

Points = NDArray[np.float64]

MISSING = object()
WORDS = b"true", b"false", b"null"
"""JSON that is no number, but that numpy would take for one."""


def read_points(body: bytes, preparation: FittedPreparation, most: int) -> Points:
    """The points (n, columns) in a body `{"points": [[…], …]}`, or `[{"x1": …}, …]`.

    Raises 400 for what is not JSON; Invalid with a pointer for a point of the wrong length and
    for a value that its column cannot have; TooLarge for more than `most` points.
    """
    columns = preparation.columns
    document = parse(body)
    points = _list(document)
    if len(points) > most:
        raise TooLarge(f"there are {len(points)} points; at most {most} are predicted at once")
    if not points:
        return np.empty((0, len(columns)))
    # The two quotes of "points" are all there can be unless something in the list is text.
    if body.count(b'"') == 2 and not preparation.forms and not any(w in body for w in WORDS):
        array = _converted(points)
        if array is not None and array.shape == (len(points), len(columns)):
            return array
    return _read_one_by_one(points, preparation)


def _read_one_by_one(points: list[Any], preparation: FittedPreparation) -> Points:
    forms = preparation.forms or tuple(Column(name) for name in preparation.columns)
    array = np.empty((len(points), len(forms)))
    found: list[Fault] = []
    for row, point in enumerate(points):
        values = _values(point, forms, preparation.fill is not None)
        for place, value in enumerate(values):
            if isinstance(value, Fault):
                found.append(value.under("points", row))
            else:
                array[row, place] = value
        if len(found) >= SHOWN_FAULTS:
            break
    if found:
        raise Invalid(found[:SHOWN_FAULTS])
    return array


def _values(point: Any, forms: Sequence[Column], fills: bool) -> Iterator[float | Fault]:
    """The number of each column, or what is wrong there."""
    names = [form.name for form in forms]
    if isinstance(point, dict):
        for name, value in point.items():
            if name not in names:
                yield Fault((name,), value, f"one of {', '.join(names)}", "is no column")
        steps: list[str | int] = list(names)
        row = [point.get(name, MISSING) for name in names]
    elif isinstance(point, list) and len(point) == len(forms):
        steps, row = list(range(len(forms))), point
    else:
        one = f"a list of {len(forms)} number{'s' * (len(forms) != 1)}: {', '.join(names)}"
        if any(form.type != "number" for form in forms):
            one = f"a list of {len(forms)} values, or an object: {', '.join(names)}"
        yield Fault((), point, one, f"must be {one}")
        return
    for step, form, value in zip(steps, forms, row, strict=True):
        words = form.allowed + (" or null" if fills else "")
        if value is MISSING and not fills:
            yield Fault((step,), None, words, "is required")
            continue
        number = form.number(None if value is MISSING else value)
        if number is None or (number != number and not fills):  # noqa: PLR0124
            yield Fault((step,), value, words, f"must be {words}")
        else:
            yield number


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
