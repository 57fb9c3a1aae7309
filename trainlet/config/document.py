"""JSON form of configurations."""

from __future__ import annotations

from typing import Any, Literal, TypeVar, get_args, get_origin

from trainlet.config.annotations import allowed, bare, is_family, members
from trainlet.config.configuration import Configuration, fields, is_configuration
from trainlet.errors import FieldError, ValidationError
from trainlet.suggestion import did_you_mean, unknown

ConfigurationType = TypeVar("ConfigurationType", bound=Configuration)


def to_json(value: Any) -> Any:
    """Return the JSON form: `type` for members of a family, then every field."""
    if isinstance(value, Configuration):
        kind = {"type": value.kind} if hasattr(type(value), "kind") else {}
        return kind | {
            field.name: to_json(getattr(value, field.name)) for field in fields(type(value))
        }
    return [to_json(item) for item in value] if isinstance(value, tuple) else value


def from_json(cls: type[ConfigurationType], data: Any) -> ConfigurationType:
    """Return the configuration of a JSON form; a string is short for a `type` with defaults.

    Raises ValidationError at the first invalid object.
    """
    if isinstance(data, str) and is_family(cls):
        data = {"type": data}
    if not isinstance(data, dict):
        expected = allowed(cls)
        raise ValidationError([FieldError((), data, expected, f"must be {expected}")])
    data = dict(data)
    if is_family(cls):
        cls = _member(cls, data.pop("type", None))
    elif hasattr(cls, "kind"):
        data.pop("type", None)
    known = {field.name: field for field in fields(cls)}
    wrong = [
        FieldError((name,), data[name], f"one of {', '.join(known)}", unknown(name, known))
        for name in data
        if name not in known
    ]
    wrong += [
        FieldError((name,), None, allowed(field.annotation), "is required")
        for name, field in known.items()
        if field.required and name not in data
    ]
    if wrong:
        raise ValidationError(wrong)
    return cls(
        **{name: _value(known[name].annotation, value, name) for name, value in data.items()}
    )


def _member(family: type[ConfigurationType], kind: Any) -> type[ConfigurationType]:
    if not isinstance(kind, str) or kind not in family.kinds:
        expected = allowed(family)
        near = did_you_mean(kind, family.kinds) if isinstance(kind, str) else ""
        raise ValidationError([FieldError(("type",), kind, expected, f"must be {expected}{near}")])
    member: type[ConfigurationType] = family.kinds[kind]
    return member


def _value(annotation: Any, data: Any, *path: str | int) -> Any:
    for member in members(annotation):
        if get_origin(member) is tuple and isinstance(data, (list, tuple)):
            return tuple(
                _value(get_args(member)[0], item, *path, index) for index, item in enumerate(data)
            )
        if (
            is_configuration(bare(member))
            and isinstance(data, (dict, str))
            and not _is_word(annotation, data)
        ):
            try:
                return from_json(bare(member), data)
            except ValidationError as error:
                raise ValidationError(
                    field_error.under(*path) for field_error in error.errors
                ) from None
    return data


def _is_word(annotation: Any, data: Any) -> bool:
    """Return whether `data` is a literal string of the annotation, such as `auto`."""
    return any(
        get_origin(member) is Literal and isinstance(data, str) and data in get_args(member)
        for member in members(annotation)
    )
