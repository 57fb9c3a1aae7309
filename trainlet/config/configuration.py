"""Self-validating frozen dataclasses, which can be members of a family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass
from dataclasses import fields as dataclass_fields
from functools import cache
from typing import Any, ClassVar, get_type_hints

from trainlet.config.annotations import description, errors, normal
from trainlet.errors import FieldError, ValidationError


class Configuration:
    """Base class of configurations; construction raises ValidationError with all errors."""

    kinds: ClassVar[dict[str, type[Any]]]
    kind: ClassVar[str]

    def __init_subclass__(cls, family: bool = False) -> None:
        if family:
            cls.kinds = {}
        elif "kind" in cls.__dict__:
            cls.kinds[cls.kind] = cls
        # `dataclass` does not replace methods that the class itself defines.
        cls.__repr__ = Configuration.__repr__  # type: ignore[method-assign]

    def __post_init__(self) -> None:
        declared: dict[str, Any] = self.__dataclass_fields__  # type: ignore[attr-defined]
        if all(getattr(self, name) is field.default for name, field in declared.items()):
            return  # Reading annotations is slow, and defaults are built at import.
        results = [error for field in fields(type(self)) for error in self._settle(field)]
        if results:
            raise ValidationError(results)

    def __repr__(self) -> str:
        declared: dict[str, Any] = self.__dataclass_fields__  # type: ignore[attr-defined]
        shown = ((name, getattr(self, name), _default(field)) for name, field in declared.items())
        arguments = (f"{name}={value!r}" for name, value, default in shown if value != default)
        return f"{type(self).__name__}({', '.join(arguments)})"

    def _settle(self, field: Field) -> list[FieldError]:
        value = getattr(self, field.name)
        results = [error.under(field.name) for error in field.errors(value)]
        if not results:
            object.__setattr__(self, field.name, field.normal(value))
        return results


@dataclass(frozen=True)
class Field:
    """A declared field: annotation, default and description."""

    name: str
    annotation: Any
    default: Any
    description: str

    @property
    def required(self) -> bool:
        return self.default is MISSING

    def errors(self, value: Any) -> Iterator[FieldError]:
        return errors(self.annotation, value)

    def normal(self, value: Any) -> Any:
        return normal(self.annotation, value)


def fields(cls: type[Configuration]) -> tuple[Field, ...]:
    """Return the declared fields of a configuration, in order."""
    hashable: Any = cls
    return _declared(hashable)


@cache
def _declared(cls: type[Configuration]) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        Field(
            name=field.name,
            annotation=hints[field.name],
            default=_default(field),
            description=description(hints[field.name]),
        )
        for field in dataclass_fields(cls)  # type: ignore[arg-type]
    )


def _default(field: Any) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def is_configuration(annotation: Any) -> bool:
    """Return whether the annotation is a configuration or a family."""
    return isinstance(annotation, type) and issubclass(annotation, Configuration)
