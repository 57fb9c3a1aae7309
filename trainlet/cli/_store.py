"""The store that the settings say, for verbs that work on it: asked in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import click


def run(verb: str, **arguments: Any) -> dict[str, Any]:
    """What the store says; where it fails, this command ends as it does."""
    done = subprocess.run(  # noqa: S603  # a verb of ours and JSON
        [sys.executable, "-m", "trainlet.store", verb, json.dumps(arguments)],
        check=False,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        click.get_current_context().exit(done.returncode)
    response: dict[str, Any] = json.loads(done.stdout)
    return response
