from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING

import pytest

import trainlet.spec  # noqa: F401
from trainlet.config import Configuration, Field, fields


def declared(base: type[Configuration] = Configuration) -> Iterator[type[Configuration]]:
    for cls in base.__subclasses__():
        yield cls
        yield from declared(cls)


def defaults() -> Iterator[tuple[str, Field]]:
    for cls in declared():
        if "__dataclass_fields__" in cls.__dict__ and cls.__module__.startswith("trainlet."):
            for field in fields(cls):
                if field.default is not MISSING:
                    yield f"{cls.__name__}.{field.name}", field


@pytest.mark.parametrize(("name", "field"), sorted(defaults(), key=str))
def test_a_default_is_one_of_the_values_that_are_allowed(name: str, field: Field) -> None:
    assert list(field.errors(field.default)) == [], name
    assert repr(field.normal(field.default)) == repr(field.default), name
