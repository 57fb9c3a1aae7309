"""`trainlet doctor`: what is wrong with an installation, in words."""

from __future__ import annotations

import json
import subprocess
import sys

import click

from trainlet.cli._service import json_option, print_json

MARKS = {"well": ("✓", "green"), "warning": ("!", "yellow"), "wrong": ("✗", "red")}


@click.command(epilog="Example: trainlet doctor --json")
@json_option
def doctor(*, as_json: bool) -> None:
    """Say what is wrong with this installation, and what to do about it.

    It looks at what the settings in the environment lead to: the machine, the blob store, Redis,
    the workers, keys and the API. Ends with 1 if something is wrong.
    """
    command = [sys.executable, "-m", "trainlet.doctor"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603  # ours
    payload = json.loads(done.stdout)
    for finding in payload:
        if as_json:
            print_json(finding)
            continue
        mark, colour = MARKS[finding["level"]]
        click.echo(f"{click.style(mark, fg=colour)} {finding['what']}: {finding['detail']}")
        if finding["advice"]:
            click.echo(f"  → {finding['advice']}")
    if any(finding["level"] == "wrong" for finding in payload):
        click.get_current_context().exit(1)
