"""Reading options of a request; characters such as `;` are accepted for option names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, pre_load

from service.api.schemas.declared import schema_of
from service.api.schemas.queries import UploadQuery
from trainlet.config import Configuration
from trainlet.datasets import ReadingOptions
from trainlet.datasets.reading_options import DELIMITERS, THOUSANDS

NAMES: dict[str, dict[Any, str]] = {
    "delimiter": {character: word for word, character in DELIMITERS.items()},
    "thousands": {character: word for word, character in THOUSANDS.items()},
    "decimal": {".": "point", ",": "comma"},
    "header": {True: "true", False: "false"},
}


def _by_name(_: Schema, data: Mapping[str, Any], **__: Any) -> dict[str, Any]:
    return {name: _word(name, value) for name, value in data.items()}


def _word(name: str, value: Any) -> Any:
    return NAMES.get(name, {}).get(value, value) if isinstance(value, (str, bool)) else value


def _lenient(cls: type[Configuration]) -> type[Schema]:
    return type(cls.__name__, (schema_of(cls),), {"in_words": pre_load(_by_name)})


OptionsSchema = _lenient(ReadingOptions)
UploadQuerySchema = _lenient(UploadQuery)
