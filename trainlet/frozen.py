"""Frozen values: as dataclasses with `frozen=True` are, but quick to import.

`dataclass` writes and compiles the source of five methods for every class, 0.6 ms each, which for
the hundred small classes of a network is more than all of numpy takes to import. Here the same
methods are written once for all of them. Everything else, `replace`, `fields` and `asdict` among
it, is the standard library's.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from inspect import Parameter, Signature
from typing import Any, TypeVar, dataclass_transform

Class = TypeVar("Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[Class]) -> type[Class]:
    """Make a class whose annotations are its fields; defaults, no factories, as in a dataclass."""
    dataclass(init=False, repr=False, eq=False)(cls)
    made: Any = cls
    made.__signature__ = _Signature()
    made.__init__ = _initialize
    made.__eq__, made.__hash__, made.__repr__ = _equals, _hash, _represent
    made.__setattr__, made.__delattr__ = _refuse, _refuse
    return cls


class _Signature:
    """What a class is called with, worked out when someone asks: notebooks, `help`, errors."""

    def __get__(self, instance: object, cls: type[Any]) -> Signature:
        fields: dict[str, Field[Any]] = cls.__dataclass_fields__
        return Signature([_parameter(fields[name]) for name in cls.__match_args__])


def _parameter(known: Field[Any]) -> Parameter:
    default = Parameter.empty if known.default is MISSING else known.default
    return Parameter(
        known.name, Parameter.POSITIONAL_OR_KEYWORD, default=default, annotation=known.type
    )


def _initialize(self: Any, *given: Any, **named: Any) -> None:
    names, fields = self.__match_args__, self.__dataclass_fields__
    own = dict(zip(names, given, strict=False), **named)
    twice = len(own) < len(given) + len(named)
    values = {name: own.pop(name, fields[name].default) for name in names}
    if twice or own or any(value is MISSING for value in values.values()):
        try:
            type(self).__signature__.bind(*given, **named)
        except TypeError as error:
            raise TypeError(f"{type(self).__qualname__}: {error}") from None
    self.__dict__.update(values)
    settle = getattr(self, "__post_init__", None)
    if settle is not None:
        settle()


def _values(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__match_args__])


def _equals(self: Any, other: Any) -> bool:
    return _values(self) == _values(other) if type(self) is type(other) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_values(self))


def _represent(self: Any) -> str:
    pairs = zip(self.__match_args__, _values(self), strict=True)
    return f"{type(self).__qualname__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"


def _refuse(self: Any, name: str, *value: Any) -> None:
    raise FrozenInstanceError(f"cannot change {name!r} of a {type(self).__qualname__}")
