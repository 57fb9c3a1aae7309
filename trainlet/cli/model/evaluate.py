"""`trainlet model evaluate`: metrics of a model on labeled samples."""

from __future__ import annotations

import json
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._reading import options_of, reading_options
from trainlet.cli._service import connect, json_option, print_json, url_option, version_option
from trainlet.cli._text import aligned, metrics_line
from trainlet.client import Client, Evaluation, Model
from trainlet.client.evaluation import SCORES
from trainlet.client.file import opened
from trainlet.client.options import Options
from trainlet.config import to_json
from trainlet.datasets import ReadingOptions
from trainlet.errors import NotFoundError
from trainlet.readers import MEDIA_TYPES_OF


@click.command(
    epilog=examples(
        "trainlet model evaluate fruit new.csv",
        "trainlet model evaluate xor --source xor",
        'trainlet model evaluate xor --source \'{"type": "xor", "seed": 3, "noise": 0.2}\'',
    )
)
@click.argument("name", shell_complete=model_names)
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--source", help="Source as in a job spec, in JSON, or its type.")
@click.option("--dataset", help="Id of an uploaded dataset.")
@version_option
@click.option(
    "--worst",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    help="Number of rows with the highest loss to print.",
)
@click.option(
    "--target",
    multiple=True,
    help="Target column of the samples; repeatable. [default: that of the training]",
)
@click.option(
    "--columns",
    multiple=True,
    metavar="MODEL=FILE",
    help="Column of the samples for a column of the model; repeatable.",
)
@reading_options
@json_option
@url_option
def evaluate(
    name: str,
    file: IO[bytes] | None,
    source: str | None,
    dataset: str | None,
    version: str | None,
    url: str | None,
    *,
    worst: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Evaluate the model NAME on the samples in FILE (or - for standard input), or of a source.

    FILE is uploaded, and read with the options of the training file by default. Its columns are
    found by name, and other columns are ignored. Prints the loss and the metrics, the confusion
    matrix and the worst rows.
    """
    if [file, source, dataset].count(None) != 2:
        raise click.UsageError("one of FILE, --source and --dataset is required")
    target, columns = options.pop("target"), _mapping(options.pop("columns"))
    with connect(url) as client:
        model = client.model(name, version)
        samples = _source(client, model, file, source, dataset, options_of(**options))
        evaluation = client.evaluate(
            model,
            samples,
            target=(target[0] if len(target) == 1 else target) or None,
            columns=columns,
            worst=worst,
        )
    if as_json:
        print_json(evaluation.document)
    else:
        _print(evaluation)


def _source(
    client: Client,
    model: Model,
    file: IO[bytes] | None,
    source: str | None,
    dataset: str | None,
    options: Options,
) -> Any:
    if file is not None:
        with opened(file) as upload:
            merged: Any = _of_training(client, model, upload.media_type) | dict(options)
            return client.upload(upload, **merged)
    if options:
        raise click.UsageError("reading options need a FILE")
    if dataset is not None:
        return {"type": "uploaded", "id": dataset}
    assert source is not None  # noqa: S101  # one of the three is required
    if not source.lstrip().startswith("{"):
        return source
    try:
        return json.loads(source)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"{error}", param_hint="--source") from None


def _of_training(client: Client, model: Model, media_type: str) -> dict[str, Any]:
    """Return the reading options of the model's training file that a media type uses."""
    source = ((model.document.get("spec") or {}).get("dataset") or {}).get("source") or {}
    if source.get("type") != "uploaded":
        return {}
    try:
        stored = client.dataset(source["id"]).document.get("options") or {}
    except NotFoundError:  # deleted since, or the spec contained the samples
        return {}
    defaults = to_json(ReadingOptions())
    return {
        name: value
        for name, value in stored.items()
        if value != defaults[name] and media_type in MEDIA_TYPES_OF[name]
    }


def _mapping(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in columns]
    for name, sign, column in pairs:
        if not (name and sign and column):
            raise click.BadParameter("must be MODEL=FILE, two column names", param_hint="--columns")
    return {name: column for name, _, column in pairs}


def _print(evaluation: Evaluation) -> None:
    click.echo(f"{evaluation.name} version {evaluation.version} on {evaluation.rows} rows")
    click.echo(f"  {metrics_line(evaluation.metrics)}")
    if evaluation.confusion_matrix is not None and evaluation.confusion_matrix.ndim == 3:
        click.echo("\nscores by label:\n")
        scores = [
            [_text(row[name]) for name in ("label", *SCORES)] for row in evaluation.per_label or ()
        ]
        click.echo(aligned([["label", *SCORES], *scores]))
    elif evaluation.labels is not None and evaluation.confusion_matrix is not None:
        click.echo("\nconfusion matrix (rows: true label, columns: predicted label):\n")
        names = [str(label) for label in evaluation.labels]
        counts = [list(map(str, row)) for row in evaluation.confusion_matrix.tolist()]
        rows = [[name, *row] for name, row in zip(names, counts, strict=True)]
        click.echo(aligned([["", *names], *rows]))
    for warning in evaluation.warnings:
        click.echo(f"  warning: {warning}", err=True)
    if evaluation.worst:
        click.echo("\nworst rows:\n")
        rows = [
            [str(row["row"]), _text(row["target"]), _text(_predicted(row))]
            for row in evaluation.worst
        ]
        click.echo(aligned([["row", "true", "predicted"], *rows]))


def _predicted(row: dict[str, Any]) -> Any:
    return row["output"] if row["label"] is None else row["label"]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_text, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
