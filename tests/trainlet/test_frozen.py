from __future__ import annotations

import copy
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from inspect import signature
from typing import Any, ClassVar

import pytest

from trainlet.frozen import frozen


@frozen
class Point:
    """Two numbers and what follows from them."""

    kind: ClassVar[str] = "point"

    x: int
    y: int = 2
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", self.x + self.y)


@frozen
class Named(Point):
    """A point with one field more, whose default a subclass changes."""

    y: int = 3
    name: str = "p"


@frozen
class Alike:
    """The same fields in another class."""

    x: int
    y: int = 2


def test_fields_come_by_place_by_name_and_by_default() -> None:
    for point in (Point(1, 2), Point(x=1, y=2), Point(1, y=2), Point(1)):
        assert (point.x, point.y, point.total) == (1, 2, 3)
    assert (Named(1, name="q").y, Named(1, 2, "q").name) == (3, "q")


@pytest.mark.parametrize(
    ("given", "named", "told"),
    [
        ((), {}, "missing a required argument: 'x'"),
        ((), {"y": 1}, "missing a required argument: 'x'"),
        ((1, 2, 3), {}, "too many positional arguments"),
        ((1,), {"x": 1}, "multiple values for argument 'x'"),
        ((1,), {"total": 1}, "unexpected keyword argument 'total'"),
        ((), {"x": 1, "kind": "k"}, "unexpected keyword argument 'kind'"),
    ],
)
def test_wrong_arguments_are_told(given: tuple[int, ...], named: dict[str, Any], told: str) -> None:
    with pytest.raises(TypeError, match=f"Point: .*{told}"):
        Point(*given, **named)


def test_nothing_can_be_changed() -> None:
    point = Point(1)
    with pytest.raises(FrozenInstanceError, match="cannot change 'x' of a Point"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        point.other = 2  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        del point.x
    assert point == Point(1)


def test_values_are_equal_and_hash_alike_by_class_and_fields() -> None:
    assert Point(1) == Point(1, 2)
    assert hash(Point(1)) == hash(Point(1, 2))
    assert Point(1) != Point(1, 3)
    others: list[object] = [Alike(1), (1, 2), Named(1, 2)]
    assert all(other != Point(1) for other in others)
    assert {Point(1), Point(1, 2), Point(2)} == {Point(2), Point(1)}


def test_it_shows_what_it_holds_and_how_it_is_called() -> None:
    assert repr(Named(1, name="q")) == "Named(x=1, y=3, name='q')"
    assert str(signature(Point)) == "(x: 'int', y: 'int' = 2)"


def test_the_standard_library_takes_it_for_a_dataclass() -> None:
    assert [known.name for known in fields(Named(1))] == ["x", "y", "total", "name"]
    assert replace(Point(1), y=5) == Point(1, 5)
    assert asdict(Point(1)) == {"x": 1, "y": 2, "total": 3}
    assert copy.deepcopy(Named(1)) == Named(1)
