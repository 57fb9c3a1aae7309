"""Marshmallow schemas derived from configurations.

`schema_of(JobSpec)().load(document)` returns a JobSpec, or raises a MarshmallowError whose messages
are FieldErrors. `errors_of` flattens those into one list with paths from the root of the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Literal, cast, get_args, get_origin

from marshmallow import EXCLUDE, Schema, missing, post_load, validates_schema
from marshmallow import ValidationError as MarshmallowError
from marshmallow.exceptions import SCHEMA
from marshmallow.fields import Field as MarshmallowField

from service.api.schemas.keywords import keywords
from trainlet.config import (
    Configuration,
    Field,
    allowed,
    bare,
    bounds,
    errors,
    fields,
    is_configuration,
    is_family,
    members,
    normal,
    to_json,
)
from trainlet.errors import FieldError, ValidationError
from trainlet.suggestion import did_you_mean, unknown


class DeclaredField(MarshmallowField[Any]):
    """A field that is validated and converted by its declaration."""

    def __init__(self, field: Field) -> None:
        default = {} if field.required else {"default": to_json(field.default)}
        super().__init__(
            required=field.required, metadata={"description": field.description} | default
        )
        self.annotation = field.annotation

    def deserialize(self, value: Any, attr: str | None = None, data: Any = None, **_: Any) -> Any:
        if value is not missing:
            return load(self.annotation, value)
        if self.required:
            raise MarshmallowError([FieldError((), None, allowed(self.annotation), "is required")])
        return missing

    def openapi(self, reference: Callable[[type[Schema]], dict[str, Any]]) -> dict[str, Any]:
        """Return the JSON Schema; `reference` points to the component of another schema."""
        return keywords(self.annotation, lambda cls: reference(schema_of(cls)))


class ConfigurationSchema(Schema):
    """Schema of one configuration; loading returns an instance of it."""

    configuration: ClassVar[type[Configuration]]

    def load(self, data: Any, **options: Any) -> Any:
        if not isinstance(data, Mapping):
            raise MarshmallowError([FieldError((), data, "an object", "must be an object")])
        return super().load(data, **options)

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown(self, _: Any, original: Mapping[str, Any], **__: Any) -> None:
        choices = f"one of {', '.join(self.fields)}" if self.fields else "nothing"
        errors = [
            FieldError((name,), value, choices, unknown(name, self.fields))
            for name, value in original.items()
            if name not in self.fields
        ]
        if errors:
            raise MarshmallowError(errors)

    @post_load
    def construct(self, data: dict[str, Any], **_: Any) -> Configuration:
        try:
            return self.configuration(**data)
        except ValidationError as error:
            raise MarshmallowError(list(error.errors)) from None


class FamilySchema(Schema):
    """Schema of a family, discriminated by `type`; a string is short for `{"type": …}`."""

    family: ClassVar[type[Configuration]]

    def load(self, data: Any, **_: Any) -> Any:
        kind = data.get("type", missing) if isinstance(data, Mapping) else data
        kinds, choices = self.family.kinds, allowed(self.family)
        if isinstance(kind, str) and kind in kinds:
            values = dict(data) if isinstance(data, Mapping) else {}
            values.pop("type", None)
            member: Any = kinds[kind]
            return _loader(member).load(values)
        if kind is missing:
            raise MarshmallowError({"type": [FieldError((), None, choices, "is required")]})
        near = did_you_mean(kind, kinds) if isinstance(kind, str) else ""
        error = FieldError((), kind, choices, f"must be {choices}{near}")
        raise MarshmallowError({"type": [error]} if isinstance(data, Mapping) else [error])


def schema_of(cls: type[Configuration]) -> type[Schema]:
    """Return the schema class of a configuration or of a family."""
    hashable: Any = cls
    return _schema_of(hashable)


@cache
def _schema_of(cls: type[Configuration]) -> type[Schema]:
    meta = {"Meta": type("Meta", (), {"register": False, "unknown": EXCLUDE})}
    if is_family(cls):
        family = {"family": cls}
        return cast("type[Schema]", type(cls.__name__, (FamilySchema,), family | meta))
    contents = {field.name: DeclaredField(field) for field in fields(cls)}
    names = contents | {"configuration": cls} | meta
    return cast("type[Schema]", type(cls.__name__, (ConfigurationSchema,), names))


@cache
def _loader(cls: type[Configuration]) -> Schema:
    """Return a cached schema instance for a configuration.

    Schemas contain reference cycles. One instance per request would remain until the garbage
    collector visits its oldest generation, which it rarely does, so memory would grow.
    """
    return schema_of(cls)()


def load(annotation: Any, value: Any) -> Any:
    """Convert a JSON value to its annotated type. Raises MarshmallowError with every error."""
    if not _is_word(annotation, value):
        for member in members(annotation):
            if is_configuration(bare(member)) and isinstance(value, (str, dict)):
                schema: Any = _loader(cast("Any", bare(member)))
                return schema.load(value)
            if _holds_configurations(member) and isinstance(value, list):
                return _load_items(annotation, get_args(bare(member))[0], value)
    problems = list(errors(annotation, value))
    if problems:
        raise MarshmallowError(problems)
    return normal(annotation, value)


def _load_items(annotation: Any, item: Any, values: list[Any]) -> tuple[Any, ...]:
    choices = allowed(annotation)
    if any(bound.error(tuple(values)) is not None for bound in bounds(annotation)):
        raise MarshmallowError([FieldError((), values, choices, f"must be {choices}")])
    loaded: list[Any] = []
    messages: dict[int, Any] = {}
    for index, value in enumerate(values):
        try:
            loaded.append(load(item, value))
        except MarshmallowError as error:
            messages[index] = error.messages
    if messages:
        raise MarshmallowError(cast("dict[str, Any]", messages))
    return tuple(loaded)


def _holds_configurations(member: Any) -> bool:
    inner = bare(member)
    return get_origin(inner) is tuple and is_configuration(bare(get_args(inner)[0]))


def _is_word(annotation: Any, value: Any) -> bool:
    return isinstance(value, str) and any(
        get_origin(member) is Literal and value in get_args(member)
        for member in members(annotation)
    )


def errors_of(error: MarshmallowError) -> list[FieldError]:
    """Return every error of a MarshmallowError in the order of their paths."""
    return sorted(
        _flat(error.messages, ()),
        key=lambda field_error: [(isinstance(step, str), step) for step in field_error.path],
    )


def _flat(messages: Any, path: tuple[str | int, ...]) -> Iterator[FieldError]:
    if isinstance(messages, Mapping):
        for step, inner in messages.items():
            yield from _flat(inner, path if step == SCHEMA else (*path, step))
        return
    for error in messages:
        yield error.under(*path)
