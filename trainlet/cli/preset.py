"""`trainlet preset`: specs that are known to work."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from trainlet import presets
from trainlet.cli._completing import preset_names
from trainlet.cli._service import json_option, print_json
from trainlet.cli._text import aligned

HEADER = "preset", "reaches", "about"


@click.group(epilog="Example: trainlet preset show four-circles > spec.json")
def preset() -> None:
    """List and show specs that are known to work; `trainlet train --preset NAME` trains one."""


@preset.command("list", epilog="Example: trainlet preset list")
@json_option
def list_presets(*, as_json: bool) -> None:
    """List the presets, and what each reaches; with --json one document a line."""
    results = [presets.load(name) for name in presets.names()]
    if as_json:
        for one in results:
            print_json(asdict(one))
    else:
        click.echo(aligned([HEADER, *((one.name, str(one.reaches), one.about) for one in results)]))


@preset.command(epilog="Example: trainlet preset show iris | trainlet train -")
@click.argument("name", shell_complete=preset_names)
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show the spec of a preset, as `trainlet train` takes it; with --json all of the preset."""
    result = presets.load(name)
    if as_json:
        print_json(asdict(result))
    else:
        click.echo(json.dumps(result.spec, indent=2))
