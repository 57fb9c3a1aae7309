"""Schemas derived from configurations: loaded values and the location of errors."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import pytest
from marshmallow import ValidationError as MarshmallowError

from service.api import examples
from service.api.schemas.declared import errors_of, schema_of
from trainlet.config import Configuration, Length, Numbers, Pattern, Range
from trainlet.spec import JobSpec


class Shape(Configuration, family=True):
    """A shape."""


@dataclass(frozen=True)
class Circle(Shape):
    """A circle."""

    kind: ClassVar[str] = "circle"

    radius: Annotated[float, Range(above=0, max=10), "Its radius."] = 1.0


@dataclass(frozen=True)
class Square(Shape):
    """A square."""

    kind: ClassVar[str] = "square"

    side: Annotated[int, Range(min=1, max=9), "Its side."]


@dataclass(frozen=True)
class Grid(Configuration):
    """A grid."""

    rows: Annotated[int, Range(min=1, max=3), "Its rows."] = 1


@dataclass(frozen=True)
class Drawing(Configuration):
    """A drawing."""

    shapes: Annotated[tuple[Shape, ...], Length(1, 3), "Shapes to draw."]
    frame: Annotated[Shape | Literal["auto"], "Shape around the others."] = "auto"
    grid: Annotated[Grid, "Grid below."] = Grid()
    name: Annotated[str, Pattern("[a-z]+"), "Its name."] = "drawing"
    tags: Annotated[tuple[str, ...] | None, Length(1, 2), "Words."] = None
    points: Annotated[tuple[Any, ...], Numbers(2), "Points."] = (0.0,)
    shown: Annotated[bool, "Whether it is shown."] = True


def load(document: Any) -> Drawing:
    drawing = schema_of(Drawing)().load(document)
    assert isinstance(drawing, Drawing)
    return drawing


def errors(document: Any) -> dict[str, tuple[Any, str]]:
    with pytest.raises(MarshmallowError) as raised:
        load(document)
    result = errors_of(raised.value)
    return {error.pointer: (error.value, error.allowed) for error in result}


def test_a_loaded_document_is_the_configuration() -> None:
    document = {
        "shapes": [{"type": "square", "side": 2.0}, "circle"],
        "frame": {"type": "circle", "radius": 2},
        "grid": {"rows": 3},
        "tags": ["a"],
        "points": [[1, 2], [3, 4]],
    }
    assert load(document) == Drawing(
        shapes=(Square(2), Circle()),
        frame=Circle(2.0),
        grid=Grid(3),
        tags=("a",),
        points=((1, 2), (3, 4)),
    )


def test_what_is_not_stated_is_the_default() -> None:
    assert load({"shapes": ["circle"]}) == Drawing(shapes=(Circle(),))
    assert load({"shapes": ["circle"], "frame": "auto", "tags": None}).frame == "auto"
    assert load({"shapes": ["circle"], "frame": "circle"}).frame == Circle()


def test_every_fault_is_reported_at_its_place() -> None:
    document = {
        "shapes": [{"type": "circle", "radius": 0, "colour": 1}, {"type": "square"}, "blob"],
        "frame": {"type": "star"},
        "grid": {"rows": 4.5},
        "name": "A",
        "tags": [],
        "points": [[1, 2], [3]],
        "shown": 1,
        "more": [1],
    }
    assert errors(document) == {
        "#/frame/type": ("star", "one of circle, square"),
        "#/grid/rows": (4.5, "an integer from 1 to 3"),
        "#/more": ([1], "one of shapes, frame, grid, name, tags, points, shown"),
        "#/name": ("A", "text that matches [a-z]+"),
        "#/points": (
            [[1, 2], [3]],
            "a list of finite numbers, nested evenly, 2 deep at most",
        ),
        "#/shapes/0/colour": (1, "one of radius"),
        "#/shapes/0/radius": (0, "a number above 0 and at most 10"),
        "#/shapes/1/side": (None, "an integer from 1 to 9"),
        "#/shapes/2": ("blob", "one of circle, square"),
        "#/shown": (1, "true or false"),
        "#/tags": ([], "a list or null of 1 to 2 items"),
    }


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        ([], {"#"}),
        ("text", {"#"}),
        ({}, {"#/shapes"}),
        ({"shapes": {}}, {"#/shapes"}),
        ({"shapes": None}, {"#/shapes"}),
        ({"shapes": []}, {"#/shapes"}),
        ({"shapes": ["circle"] * 4}, {"#/shapes"}),
        ({"shapes": [5]}, {"#/shapes/0"}),
        ({"shapes": [{}]}, {"#/shapes/0/type"}),
        ({"shapes": [{"type": ["circle"]}]}, {"#/shapes/0/type"}),
        ({"shapes": ["square"]}, {"#/shapes/0/side"}),
        ({"shapes": ["circle"], "grid": "rows"}, {"#/grid"}),
        ({"shapes": ["circle"], "a/b~c": 1}, {"#/a~1b~0c"}),
        ({"shapes": ["circle"], "_schema": 1}, {"#/_schema"}),
    ],
)
def test_a_document_of_another_form_is_reported(document: Any, pointers: set[str]) -> None:
    assert set(errors(document)) == pointers


def test_loading_leaves_nothing_to_the_garbage_collector() -> None:
    schema = schema_of(JobSpec)()
    schema.load(examples.FOUR_CIRCLES)
    gc.collect()
    schema.load(examples.FOUR_CIRCLES)
    assert gc.collect() == 0
