"""`trainlet preset`: tested job specs."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from trainlet import presets
from trainlet.cli._completing import preset_names
from trainlet.cli._group import Group, examples
from trainlet.cli._service import json_option, print_json
from trainlet.cli._text import aligned

HEADER = "preset", "reaches", "about"


@click.group(cls=Group, epilog=examples("trainlet preset show four-circles > spec.json"))
def preset() -> None:
    """List and show specs that are known to work; `trainlet train --preset NAME` trains one."""


@preset.command("list", epilog=examples("trainlet preset list"))
@json_option
def list_presets(*, as_json: bool) -> None:
    """List the presets and the metrics they reach; with --json one document per line."""
    loaded = [presets.load(name) for name in presets.names()]
    if as_json:
        for each in loaded:
            print_json(asdict(each))
    else:
        rows = [(each.name, str(each.reaches), each.about) for each in loaded]
        click.echo(aligned([HEADER, *rows]))


@preset.command(epilog=examples("trainlet preset show iris | trainlet train -"))
@click.argument("name", shell_complete=preset_names)
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Print the spec of the preset NAME for `trainlet train`; with --json the whole preset."""
    loaded = presets.load(name)
    if as_json:
        print_json(asdict(loaded))
    else:
        click.echo(json.dumps(loaded.spec, indent=2))
