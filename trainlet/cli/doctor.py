"""`trainlet doctor`: diagnosis of an installation."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from trainlet.cli._group import examples
from trainlet.cli._service import json_option, print_json

MARKS = {"well": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}


@click.command(epilog=examples("trainlet doctor --json"))
@json_option
def doctor(*, as_json: bool) -> None:
    """Find problems of this installation, and print how to fix them.

    Checks the machine, the blob store, Redis, the workers, the API keys and the API of the settings
    in the environment. Exits with status 1 if there is an error.
    """
    command = [sys.executable, "-m", "trainlet.doctor"]
    process = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603  # no input
    findings = json.loads(process.stdout)
    for finding in findings:
        if as_json:
            print_json(finding)
            continue
        mark, color = MARKS[finding["level"]]
        click.echo(f"{click.style(mark, fg=color)} {finding['what']}: {finding['detail']}")
        if finding["advice"]:
            click.echo(f"  → {finding['advice']}")
    if any(finding["level"] == "wrong" for finding in findings):
        click.get_current_context().exit(1)
