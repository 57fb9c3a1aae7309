"""`trainlet job fork`: a new job that starts from a snapshot of another."""

from __future__ import annotations

import json
from typing import Any

import click

from trainlet.cli._completing import job_ids
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, url_option
from trainlet.cli._spec import Spec
from trainlet.cli.train import quiet_option, submit, wait_option


@click.command(
    epilog=examples(
        "trainlet job fork $JOB --epochs 400",
        "trainlet job fork $JOB --epoch 50 --set training.optimizer.learning_rate=0.01",
        "trainlet job fork $JOB --state weights --name fine-tuned",
    )
)
@click.argument("job_id", metavar="ID", shell_complete=job_ids())
@click.option("--epoch", type=int, help="Epoch of the snapshot. [default: the newest]")
@click.option(
    "--state",
    type=click.Choice(["all", "weights"]),
    default="all",
    show_default=True,
    help="State to start from: with optimizer, random state and history, or the weights alone.",
)
@click.option("--epochs", type=int, help="Epochs of the new job, including those before the fork.")
@click.option("--name", help="Name of the new model. [default: that of the job]")
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="FIELD=JSON",
    help="Change of the spec, such as training.batch_size=32; repeatable.",
)
@wait_option
@quiet_option
@json_option
@url_option
def fork(
    job_id: str,
    epoch: int | None,
    state: str,
    epochs: int | None,
    name: str | None,
    changes: tuple[str, ...],
    url: str | None,
    **output: bool,
) -> None:
    """Train a new job with the spec of the job ID, from one of its snapshots.

    The job must have snapshots, which a spec requests by "training": {"record": {"snapshots": 20}}.
    """
    with connect(url) as client:
        document = dict(client.job(job_id).document["spec"])
        document["start_from"] = {"job": job_id, "epoch": epoch, "state": state}
        if name is not None:
            document["name"] = name
        if epochs is not None:
            document["training"] = document["training"] | {"epochs": epochs}
        for change in changes:
            _apply(document, change)
        spec = Spec("the forked spec", json.dumps(document, indent=2))
        submit(client, spec, **output)


def _apply(document: Any, change: str) -> None:
    """Set a field of the spec, whose path has dots and list indices, to a JSON value or a string.

    Raises BadParameter.
    """
    path, equals, text = change.partition("=")
    *parents, last = path.split(".")
    target = document
    try:
        for step in parents:
            target = target[int(step) if isinstance(target, list) else step]
        target[int(last) if isinstance(target, list) else last] = _value(text)
    except (KeyError, IndexError, ValueError, TypeError):
        equals = ""
    if not equals:
        message = f"{change!r} must be FIELD=JSON with a field of the spec"
        raise click.BadParameter(message, param_hint="--set")


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
