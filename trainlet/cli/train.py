"""`trainlet train`: training of a network from a spec."""

from __future__ import annotations

from typing import IO, Any

import click

from trainlet.cli import _spec
from trainlet.cli._completing import preset_names
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._text import aligned, metrics_line, title
from trainlet.cli._waiting import wait_for
from trainlet.client import Client, Job

wait_option = click.option(
    "--wait/--no-wait", default=True, help="Wait until the job finishes, or print its id at once."
)
quiet_option = click.option("--quiet", is_flag=True, help="Print no progress.")


@click.command(
    epilog=examples(
        "trainlet train spec.json",
        "trainlet train --preset xor",
        "trainlet preset show iris | trainlet train -",
        "trainlet train spec.json --dry-run",
    )
)
@click.argument("spec", type=click.File("rb"), required=False)
@click.option("--preset", shell_complete=preset_names, help="Preset to train instead of a file.")
@click.option("--dry-run", is_flag=True, help="Check the spec and estimate its cost; queue no job.")
@wait_option
@quiet_option
@json_option
@url_option
def train(
    spec: IO[bytes] | None,
    preset: str | None,
    url: str | None,
    *,
    dry_run: bool,
    wait: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Train a network from the job spec in SPEC, a JSON file, or - for standard input.

    Progress goes to standard error, the result to standard output. Ctrl-C stops the waiting, not
    the job.
    """
    read = _spec.read(spec, preset)
    with connect(url) as client:
        if dry_run:
            with read.located_errors():
                estimate = client.dry_run(read.document)
            print_json(estimate) if as_json else _print_estimate(estimate)
        else:
            submit(client, read, wait=wait, quiet=quiet, as_json=as_json)


def submit(client: Client, spec: _spec.Spec, *, wait: bool, quiet: bool, as_json: bool) -> None:
    """Submit a spec, wait if requested, and print the job."""
    with spec.located_errors():
        job = client.submit(spec.document)
    if wait:
        job = wait_for(client, job, quiet=quiet)
    if as_json:
        print_json(job.document)
    elif wait:
        _print(job)
    else:
        click.echo(job.id)


def _print(job: Job) -> None:
    click.echo(title(job))
    click.echo(f"  {metrics_line(job.metrics)}")
    for warning in job.warnings:
        click.echo(f"  warning: {warning}", err=True)
    click.echo(f"To predict: trainlet predict {job.model.name} points.csv", err=True)


def _print_estimate(estimate: dict[str, Any]) -> None:
    rows = [
        (
            str(layer["index"]),
            layer["type"],
            "×".join(map(str, layer["output_shape"])),
            str(layer["parameters"]),
        )
        for layer in estimate["layers"]
    ]
    click.echo(aligned([("layer", "type", "output shape", "parameters"), *rows]))
    splits = ", ".join(f"{count} {name}" for name, count in estimate["splits"].items())
    click.echo(f"samples     {splits}\nparameters  {estimate['parameters']}")
    click.echo(f"memory      {estimate['memory']['bytes'] / 1e6:.1f} MB")
    click.echo(f"time        {float(estimate['seconds']):.3g} s on one core like the API's")
