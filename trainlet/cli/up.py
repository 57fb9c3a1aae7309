"""`trainlet up`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import click

from trainlet import __version__
from trainlet.local import port
from trainlet.local.directory import DataDirectory
from trainlet.local.process import Process, Program
from trainlet.local.stages import stages
from trainlet.local.supervisor import Supervisor
from trainlet.settings import Settings, load

FIRST_JOB = """curl URL/v1/jobs -H 'Content-Type: application/json' -d '{
  "architecture": {"layers": [
    {"type": "dense", "units": 100, "activation": "relu"},
    {"type": "dense", "units": 1, "activation": "sigmoid"}]},
  "dataset": {"source": "four_circles"},
  "training": {"epochs": 100}}'"""


@click.command()
@click.option("--demo", is_flag=True, help="Run `trainlet demo` once all is ready.")
def up(*, demo: bool) -> None:
    """Start an embedded server, the workers and the API; Ctrl-C stops all.

    Settings come from the environment, such as TRAINLET_PORT, TRAINLET_WORKERS, TRAINLET_DATA_DIR.
    """
    settings = load()
    began = time.monotonic()
    port.check(settings)
    with DataDirectory(settings.data_dir) as data:
        logs = _fresh(data.folder("logs"))
        with Supervisor(_warn) as supervisor:
            click.echo(click.style(f"trainlet {__version__}", bold=True) + f" in {data.path}")
            for stage in stages(settings, data, logs, os.environ):
                for process in supervisor.start(stage):
                    _tell(process)
            _invite(settings, logs, time.monotonic() - began, first_job=not demo)
            if demo:
                supervisor.start([_demo(settings)])
            supervisor.watch()
        click.echo("Stopped.")


def _fresh(logs: Path) -> Path:
    """Begin new logs; those of the last time are kept beside them."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.last"))
    return logs


def _tell(process: Process) -> None:
    mark = click.style("✓", fg="green") if sys.stdout.isatty() else "started"
    program = process.program
    click.echo(f"  {mark} {program.name:<10} process {process.pid:<8}{program.place}".rstrip())


def _invite(settings: Settings, logs: Path, seconds: float, *, first_job: bool) -> None:
    url = port.url(settings)
    key = " -H 'Authorization: Bearer KEY'" if settings.demands_keys else ""
    click.echo(click.style(f"Ready in {seconds:.1f} s", fg="green", bold=True) + f": {url}")
    click.echo(f"  what can be asked for   {url}/docs\n  what the processes say  {logs}")
    click.echo("  to stop                 Ctrl-C")
    if settings.demands_keys:
        click.echo("  to make an API key      trainlet key create me --scope admin")
    if first_job:
        call = FIRST_JOB.replace("URL/v1/jobs", f"{url}/v1/jobs{key}")
        click.echo(f"\nTrain a first network:\n\n{call}\n")


def _demo(settings: Settings) -> Program:
    command = (sys.executable, "-m", "trainlet.cli", "demo", "--url", port.url(settings))
    return Program("trainlet demo", command, Path.cwd(), os.environ, once=True)


def _warn(line: str) -> None:
    click.secho(line, fg="yellow", err=True)
