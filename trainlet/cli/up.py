"""`trainlet up`: Redis, workers and API on this machine, until Ctrl-C."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import click

from trainlet import __version__
from trainlet.cli._group import examples
from trainlet.cli._service import json_option
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


@click.command(epilog=examples("TRAINLET_PORT=8001 TRAINLET_WORKERS=4 trainlet up"))
@click.option("--demo", is_flag=True, help="Run `trainlet demo` when all processes are ready.")
@json_option
def up(*, demo: bool, as_json: bool) -> None:
    """Start an embedded Redis server, the workers and the API; Ctrl-C stops all.

    Settings come from the environment, such as TRAINLET_PORT, TRAINLET_WORKERS, TRAINLET_DATA_DIR.
    With --json, prints one line when each process starts, when all are ready, and at the end.
    """
    if demo and as_json:
        raise click.UsageError("--demo prints no JSON; run `trainlet demo --json` separately")
    settings = load()
    output = (
        _JsonOutput() if as_json else _TextOutput(first_job=not demo, keys=settings.demands_keys)
    )
    start = time.monotonic()
    port.check(settings)
    with DataDirectory(settings.data_dir) as data:
        logs = _rotated(data.folder("logs"))
        with Supervisor(_warn) as supervisor:
            output.starting(data.path)
            for stage in stages(settings, data, logs, os.environ):
                for process in supervisor.start(stage):
                    output.started(process)
            output.ready(port.url(settings), logs, time.monotonic() - start)
            if demo:
                supervisor.start([_demo(settings)])
            supervisor.watch()
        output.stopped()


def _rotated(logs: Path) -> Path:
    """Rename the logs of the last run to `.log.last`, and return the folder."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".log.last"))
    return logs


def _demo(settings: Settings) -> Program:
    command = (sys.executable, "-m", "trainlet.cli", "demo", "--url", port.url(settings))
    return Program("trainlet demo", command, Path.cwd(), os.environ, once=True)


def _warn(line: str) -> None:
    click.secho(line, fg="yellow", err=True)


class _TextOutput:
    """Output as text."""

    def __init__(self, *, first_job: bool, keys: bool) -> None:
        self._first_job = first_job
        self._keys = keys

    def starting(self, data: Path) -> None:
        click.echo(click.style(f"trainlet {__version__}", bold=True) + f" in {data}")

    def started(self, process: Process) -> None:
        mark = click.style("✓", fg="green") if sys.stdout.isatty() else "started"
        name, place = process.program.name, process.program.place
        click.echo(f"  {mark} {name:<10} process {process.pid:<8}{place}".rstrip())

    def ready(self, url: str, logs: Path, seconds: float) -> None:
        click.echo(click.style(f"Ready in {seconds:.1f} s", fg="green", bold=True) + f": {url}")
        click.echo(f"  API documentation  {url}/docs\n  logs               {logs}")
        click.echo("  to stop            Ctrl-C")
        if self._keys:
            click.echo("  to create a key    trainlet key create me --scope admin")
        if self._first_job:
            key = " -H 'Authorization: Bearer KEY'" if self._keys else ""
            call = FIRST_JOB.replace("URL/v1/jobs", f"{url}/v1/jobs{key}")
            click.echo(f"\nTrain a first network:\n\n{call}\n")

    def stopped(self) -> None:
        click.echo("Stopped.")


class _JsonOutput:
    """Output as JSON Lines."""

    def starting(self, data: Path) -> None:
        _line("begun", version=__version__, data=str(data))

    def started(self, process: Process) -> None:
        _line("started", name=process.program.name, pid=process.pid, place=process.program.place)

    def ready(self, url: str, logs: Path, seconds: float) -> None:
        _line("ready", url=url, logs=str(logs), seconds=round(seconds, 3))

    def stopped(self) -> None:
        _line("stopped")


def _line(event: str, **more: Any) -> None:
    click.echo(json.dumps({"event": event} | more))
