"""Job specs from files, pipes and presets, with errors located in their text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from trainlet import presets
from trainlet.cli._failure import InputError, InputFileError
from trainlet.cli._input import read_text
from trainlet.cli._location import location
from trainlet.errors import ValidationError


class Spec:
    """JSON document of a spec, its text, and the name of its source."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        if not text.strip():
            raise InputFileError(f"{name} is empty; it must contain a JSON object")
        try:
            self.document: Any = json.loads(text)
        except json.JSONDecodeError as error:
            position = f"{name}:{error.lineno}:{error.colno}"
            raise InputFileError(f"{position} is not JSON: {error.msg}") from None
        except RecursionError:
            raise InputFileError(f"{name} is nested too deeply for a spec") from None

    @contextmanager
    def located_errors(self) -> Iterator[None]:
        """Raise validation errors of the API with their locations in the text."""
        try:
            yield
        except ValidationError as error:
            positions = (location(self.text, field_error.path) for field_error in error.errors)
            located = [
                (f"{self.name}:{line}:{column}", field_error)
                for (line, column), field_error in zip(positions, error.errors, strict=True)
            ]
            raise InputError(self.name, located) from None


def read(file: IO[bytes] | None, preset: str | None) -> Spec:
    """Return the spec of a file or a preset. Raises UsageError unless one of them is given."""
    if (file is None) == (preset is None):
        raise click.UsageError(
            "one of SPEC, a file or - for standard input, and --preset is required"
        )
    if preset is not None:
        text = json.dumps(presets.load(preset).spec, indent=2)
        return Spec(f"preset {preset}", text)
    assert file is not None  # noqa: S101  # one of both is given
    return Spec(*read_text(file))
