"""Specs: read from a file, a pipe or a preset; faults told with their place in the text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from trainlet import presets
from trainlet.cli._failure import InputError, InputFileError
from trainlet.cli._input import read_text
from trainlet.cli._place import location
from trainlet.errors import ValidationError


class Spec:
    """The document that a text holds, and the name of where the text is from."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        if not text.strip():
            raise InputFileError(f"{name} is empty; a spec is a JSON object")
        try:
            self.document: Any = json.loads(text)
        except json.JSONDecodeError as error:
            where = f"{name}:{error.lineno}:{error.colno}"
            raise InputFileError(f"{where} is not JSON: {error.msg}") from None
        except RecursionError:
            raise InputFileError(f"{name} is nested too deeply to be a spec") from None

    @contextmanager
    def errors_placed(self) -> Iterator[None]:
        """What the service finds wrong is raised with its place in the text."""
        try:
            yield
        except ValidationError as error:
            places = (location(self.text, field_error.path) for field_error in error.errors)
            results = [
                (f"{self.name}:{line}:{column}", field_error)
                for (line, column), field_error in zip(places, error.errors, strict=True)
            ]
            raise InputError(self.name, results) from None


def read(file: IO[bytes] | None, preset: str | None) -> Spec:
    """The spec of a file or of a preset, of which one must be named."""
    if (file is None) == (preset is None):
        raise click.UsageError("name a file with a spec, - for standard input, or a --preset")
    if preset is not None:
        text = json.dumps(presets.load(preset).spec, indent=2)
        return Spec(f"preset {preset}", text)
    assert file is not None  # noqa: S101  # one of both is there
    return Spec(*read_text(file))
