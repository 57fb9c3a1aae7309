"""Operations on the blob store of the settings, in a subprocess.

The command line imports no store; see the import contracts in pyproject.toml.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click


def run(verb: str, **arguments: Any) -> dict[str, Any]:
    """Return the result of an operation; if it fails, exit with its status."""
    process = subprocess.run(  # noqa: S603  # the arguments are a verb and JSON
        [sys.executable, "-m", "trainlet.store", verb, json.dumps(arguments)],
        check=False,
        stdout=subprocess.PIPE,
    )
    if process.returncode:
        click.get_current_context().exit(process.returncode)
    response: dict[str, Any] = json.loads(process.stdout)
    return response
