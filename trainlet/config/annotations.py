"""Annotations of a field: type, bounds and description; validation and conversion of values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from trainlet.config.bounds import Bound
from trainlet.errors import FieldError
from trainlet.suggestion import did_you_mean


def members(annotation: Any) -> tuple[Any, ...]:
    """Return the alternatives of a union, or the type itself."""
    annotation = bare(annotation)
    return get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)


def bare(annotation: Any) -> Any:
    """Return the type without bounds and description."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def bounds(annotation: Any) -> tuple[Bound, ...]:
    """Return the bounds of an annotation."""
    extras = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return tuple(extra for extra in extras if not isinstance(extra, str))


def description(annotation: Any) -> str:
    """Return the description of an annotation, or an empty string."""
    extras = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return next((extra for extra in extras if isinstance(extra, str)), "")


def allowed(annotation: Any) -> str:
    """Return what an annotation allows as text, such as 'an integer from 1 to 65536'."""
    expected = " or ".join(_noun(member) for member in members(annotation))
    for bound in bounds(annotation):
        expected = bound.describe(expected)
    return expected


def _noun(member: Any) -> str:
    simple = {
        bool: "true or false",
        int: "an integer",
        float: "a number",
        str: "text",
        Any: "anything",
        NoneType: "null",
    }
    if member in simple:
        return simple[member]
    if get_origin(member) is Literal:
        return " or ".join(f'"{choice}"' for choice in get_args(member))
    if get_origin(member) is Annotated:
        return allowed(member)
    if get_origin(member) is dict:
        return "an object"
    if get_origin(member) is None:
        return f"one of {', '.join(member.kinds)}" if is_family(member) else "an object"
    return "a list"


def is_family(cls: Any) -> bool:
    """Return whether `cls` is the base class of a family."""
    return "kinds" in cls.__dict__


def errors(annotation: Any, value: Any) -> Iterator[FieldError]:
    """Yield the errors of `value` for `annotation`."""
    for member in members(annotation):
        if _fits(member, value):
            break
    else:
        expected = allowed(annotation)
        near = did_you_mean(value, _choices(annotation)) if isinstance(value, str) else ""
        yield FieldError((), value, expected, f"must be {expected}{near}")
        return
    if get_origin(member) is tuple and get_args(member)[0] is not Any:
        for index, item in enumerate(value):
            yield from (error.under(index) for error in errors(get_args(member)[0], item))
    if get_origin(member) is dict:
        for name, item in value.items():
            yield from (error.under(name) for error in errors(get_args(member)[1], item))
    if get_origin(member) is Literal or value is None:
        return
    for bound in bounds(annotation):
        if bound.error(value) is not None:
            expected = allowed(annotation)
            yield FieldError((), value, expected, f"must be {expected}")


def _choices(annotation: Any) -> list[str]:
    """Return the literal strings that an annotation allows."""
    literals = (each for each in members(annotation) if get_origin(bare(each)) is Literal)
    return [word for literal in literals for word in get_args(bare(literal))]


def _fits(member: Any, value: Any) -> bool:
    if get_origin(member) is Annotated:
        return next(errors(member, value), None) is None
    if get_origin(member) is Literal:
        return isinstance(value, str) and value in get_args(member)
    if get_origin(member) is tuple:
        return isinstance(value, (tuple, list))
    if get_origin(member) is dict:
        return isinstance(value, dict)
    if member is Any:
        return True
    if isinstance(value, bool):
        return member is bool
    if member is int:
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if member is float:
        return isinstance(value, (int, float)) and _finite(value)
    return isinstance(value, member)


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def normal(annotation: Any, value: Any) -> Any:
    """Return the value in its declared type: 5.0 as the integer 5, 1 as 1.0, lists as tuples."""
    member = next(member for member in members(annotation) if _fits(member, value))
    if get_origin(member) is Annotated:
        return normal(member, value)
    if member is Any or (get_origin(member) is tuple and get_args(member)[0] is Any):
        return _frozen(value)
    if get_origin(member) is tuple:
        return tuple(normal(get_args(member)[0], item) for item in value)
    if get_origin(member) is dict:
        return {name: normal(get_args(member)[1], item) for name, item in value.items()}
    return member(value) if member in (int, float) else value


def _frozen(value: Any) -> Any:
    """Return the value with tuples instead of lists, which can contain a million numbers."""
    if not isinstance(value, (list, tuple)):
        return value
    return tuple(_frozen(item) if type(item) in (list, tuple) else item for item in value)
