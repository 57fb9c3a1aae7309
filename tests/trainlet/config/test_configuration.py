from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest

from trainlet.config import Configuration, Length, Pattern, Range, fields, from_json, to_json
from trainlet.errors import ValidationError


class Shape(Configuration, family=True):
    """A family for these tests alone."""


@dataclass(frozen=True)
class Dot(Shape):
    """A member without fields."""

    kind: ClassVar[str] = "dot"


@dataclass(frozen=True)
class Circle(Shape):
    """A member with fields of every sort."""

    kind: ClassVar[str] = "circle"

    radius: Annotated[float, Range(above=0), "Distance of the rim."]
    points: Annotated[int, Range(min=1, max=9), "Number of points."] = 3
    colour: Annotated[Literal["red", "blue"], "Colour."] = "red"
    filled: Annotated[bool, "Whether it is filled."] = False
    centre: Annotated[Shape | Literal["auto"], "Shape in the middle."] = "auto"
    names: Annotated[
        tuple[Annotated[str, Pattern("[a-z]+")], ...] | None, Length(max=2), "Names."
    ] = None


@dataclass(frozen=True)
class Picture(Configuration):
    """A configuration of its own, in no family."""

    shapes: Annotated[tuple[Shape, ...], Length(min=1), "Shapes to draw."]


def pointers(error: ValidationError) -> list[str]:
    return [field_error.pointer for field_error in error.errors]


def test_values_take_their_declared_type() -> None:
    circle = Circle(radius=2, points=5.0, names=["a", "b"])  # type: ignore[arg-type]
    assert (type(circle.radius), type(circle.points)) == (float, int)
    assert circle.names == ("a", "b")


def test_it_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        Circle(1.0).radius = 2.0  # type: ignore[misc]


def test_every_fault_is_reported_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Circle(radius=-1, points=10, colour="green", names=("B", 3))  # type: ignore[arg-type]
    assert pointers(caught.value) == ["#/radius", "#/points", "#/colour", "#/names/0", "#/names/1"]
    assert caught.value.errors[1].allowed == "an integer from 1 to 9"
    assert caught.value.errors[1].value == 10


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("radius", True),
        ("radius", "1"),
        ("radius", float("nan")),
        ("radius", 10**400),
        ("points", 2.5),
        ("points", True),
        ("colour", None),
        ("colour", ["red"]),
        ("filled", 1),
        ("centre", "other"),
        ("centre", 3),
        ("names", "ab"),
        ("names", ("a", "b", "c")),
    ],
)
def test_a_wrong_value_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        Circle(**{"radius": 1.0, field: value})
    assert pointers(caught.value) == [f"#/{field}"]


def test_json_form() -> None:
    picture = Picture((Circle(1.0, centre=Dot()), Dot()))
    document = to_json(picture)
    assert document["shapes"][1] == {"type": "dot"}
    assert next(iter(document["shapes"][0])) == "type"
    assert document["shapes"][0]["centre"] == {"type": "dot"}
    assert from_json(Picture, document) == picture


def test_a_word_is_short_for_a_type_with_defaults() -> None:
    assert from_json(Picture, {"shapes": ["dot"]}) == Picture((Dot(),))
    assert from_json(Circle, {"radius": 1, "centre": "dot"}).centre == Dot()
    assert from_json(Circle, {"radius": 1, "centre": "auto"}).centre == "auto"


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"shapes": [{"type": "square"}]}, "#/shapes/0/type"),
        ({"shapes": [{}]}, "#/shapes/0/type"),
        ({"shapes": ["square"]}, "#/shapes/0/type"),
        ({"shapes": [{"type": "circle"}]}, "#/shapes/0/radius"),
        ({"shapes": ["dot", {"type": "circle", "radius": 0}]}, "#/shapes/1/radius"),
        ({"shapes": ["dot"], "more": 1}, "#/more"),
        ({}, "#/shapes"),
        ({"shapes": 3}, "#/shapes"),
        ([], "#"),
    ],
)
def test_a_wrong_document_is_refused_with_its_place(document: Any, pointer: str) -> None:
    with pytest.raises(ValidationError) as caught:
        from_json(Picture, document)
    assert pointers(caught.value) == [pointer]


def test_fields_report_what_was_declared() -> None:
    radius, points, *_ = fields(Circle)
    assert radius.required
    assert not points.required
    assert (points.default, points.description) == (3, "Number of points.")


def test_members_register_under_their_kind() -> None:
    assert Shape.kinds == {"dot": Dot, "circle": Circle}
