"""`trainlet job show`: one job."""

from __future__ import annotations

import click

from trainlet.cli._completing import job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_json, url_option
from trainlet.cli._text import epochs_of, metrics_line, title
from trainlet.cli._waiting import wait_for
from trainlet.client import History, Job
from trainlet.client.curve import sparkline


@click.command(epilog=examples("trainlet job show 01a20d5ea85daf719f3d1b4008ef1b1c --wait"))
@click.argument("job_id", metavar="ID", shell_complete=job_ids())
@click.option("--wait", is_flag=True, help="Wait until it finishes, and show its progress.")
@json_option
@url_option
def show(job_id: str, url: str | None, *, wait: bool, as_json: bool) -> None:
    """Show the job ID: its status, metrics and loss curve.

    Exits with status 7 if --wait is set and the job finishes without a model.
    """
    with connect(url) as client:
        job = client.job(job_id)
        if wait:
            job = wait_for(client, job, quiet=False)
        if as_json:
            print_json(job.document)
        else:
            _print(job, client.history(job_id))


def _print(job: Job, history: History) -> None:
    click.echo(f"{title(job)}\n  job      {job.id}\n  epochs   {epochs_of(job)}")
    click.echo(f"  metrics  {metrics_line(job.metrics)}")
    if history.get("loss"):
        click.echo(f"  loss     {sparkline(history['loss'], 48)}")
    if job.error:
        click.echo(f"  error    {job.error.get('detail', job.error)}")
    for warning in job.warnings:
        click.echo(f"  warning  {warning}")
