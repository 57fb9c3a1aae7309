"""Failures: how an error is told on the command line, and the exit code it has."""

from __future__ import annotations

import json
from typing import Any

import click

from trainlet.client import DatasetError, JobFailedError
from trainlet.errors import (
    ConflictError,
    FieldError,
    NotFoundError,
    PermissionDeniedError,
    ServiceUnavailableError,
    TrainletError,
    ValidationError,
)

EXIT_CODES: dict[type[TrainletError], int] = {
    ValidationError: 3,
    DatasetError: 3,
    NotFoundError: 4,
    ConflictError: 5,
    ServiceUnavailableError: 6,
    JobFailedError: 7,
    PermissionDeniedError: 8,
}
"""The nearest ancestor's where an error is not listed; 1 for all others."""

MAX_CHARACTERS = 80
KEY_HINT = "Say what your key is by TRAINLET_KEY; `trainlet key create` makes keys"
HINT = "Start a service with scripts/up, or say where one is: --url or TRAINLET_URL"


class InputFileError(click.ClickException):
    """A file that cannot be what it is taken for."""

    exit_code = EXIT_CODES[ValidationError]


class InputError(ValidationError):
    """Faults of a file, each with its place there: as `spec.json:4:18`."""

    def __init__(self, name: str, results: list[tuple[str, FieldError]]) -> None:
        self.name, self.located = name, results
        super().__init__(error for _, error in results)


def print_error(error: TrainletError) -> int:
    """Tell an error on standard error, in lines for people, and hand out its exit code."""
    click.echo(f"Error: {_message(error)}", err=True)
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), 1)


def _message(error: TrainletError) -> str:
    if isinstance(error, InputError):
        return _listed(error.name, error.located)
    if isinstance(error, ValidationError) and type(error) is ValidationError:
        return _listed("the request", [("", field_error) for field_error in error.errors])
    if type(error) is ServiceUnavailableError and "no service answers" in str(error):
        return f"{error}\n{HINT}"
    return f"{error}\n{KEY_HINT}" if isinstance(error, PermissionDeniedError) else str(error)


def _listed(name: str, results: list[tuple[str, FieldError]]) -> str:
    count = len(results)
    lines = [f"{name} is wrong in {count} place{'s' * (count != 1)}:"]
    for place, error in results:
        lines.append(f"  {place}{'  ' * bool(place)}{error.pointer}: {error.detail}")
        allowed = "" if error.allowed in error.detail else f"; allowed: {error.allowed}"
        lines.append(f"    seen {_shown(error.value)}{allowed}")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
