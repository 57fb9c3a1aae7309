"""Error messages and exit statuses of the command line."""

from __future__ import annotations

import json
from typing import Any

import click

from trainlet.client import DatasetError, JobFailedError
from trainlet.errors import (
    AuthenticationError,
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
    AuthenticationError: 8,
    PermissionDeniedError: 8,
}
"""Exit status by error class; a subclass inherits it, and 1 is used for all others."""

MAX_CHARACTERS = 80
KEY_ERRORS = AuthenticationError, PermissionDeniedError
KEY_HINT = "Set the API key with TRAINLET_KEY; `trainlet key create` creates one."
HINT = "Start the API with `trainlet up`, or set its URL with --url or TRAINLET_URL."


class InputFileError(click.ClickException):
    """Input file whose format is invalid."""

    exit_code = EXIT_CODES[ValidationError]


class InputError(ValidationError):
    """Errors in a file, each with its location, such as `spec.json:4:18`."""

    def __init__(self, name: str, errors: list[tuple[str, FieldError]]) -> None:
        self.name, self.located = name, errors
        super().__init__(error for _, error in errors)


def print_error(error: TrainletError) -> int:
    """Print an error to standard error, and return its exit status."""
    click.echo(f"Error: {_message(error)}", err=True)
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), 1)


def _message(error: TrainletError) -> str:
    if isinstance(error, InputError):
        return _listed(error.name, error.located)
    if isinstance(error, ValidationError) and type(error) is ValidationError:
        return _listed("the request", [("", field_error) for field_error in error.errors])
    if type(error) is ServiceUnavailableError and "cannot reach the API" in str(error):
        return f"{error}\n{HINT}"
    return f"{error}\n{KEY_HINT}" if isinstance(error, KEY_ERRORS) else str(error)


def _listed(name: str, errors: list[tuple[str, FieldError]]) -> str:
    count = len(errors)
    lines = [f"{name} has {count} error{'s' * (count != 1)}:"]
    for location, error in errors:
        lines.append(f"  {location}{'  ' * bool(location)}{error.pointer}: {error.detail}")
        allowed = "" if error.allowed in error.detail else f"; allowed: {error.allowed}"
        lines.append(f"    got {_shortened(error.value)}{allowed}")
    return "\n".join(lines)


def _shortened(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_CHARACTERS else f"{text[:MAX_CHARACTERS]}…"
