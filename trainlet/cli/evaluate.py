"""`trainlet evaluate`: how good a model is."""

from __future__ import annotations

import json
from typing import IO, Any

import click

from trainlet.cli._completing import model_names
from trainlet.cli._reading import options_of, reading_options
from trainlet.cli._service import connect, json_option, print_json, url_option
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
    epilog="Examples: trainlet evaluate fruit new.csv; trainlet evaluate xor --source xor; "
    'trainlet evaluate xor --source \'{"type": "xor", "seed": 3, "noise": 0.2}\''
)
@click.argument("name", shell_complete=model_names)
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--source", help="A source as in a job's spec, in JSON, or its type alone.")
@click.option("--dataset", help="The id of a file that was uploaded.")
@click.option("--version", help="Which version; by default the newest.")
@click.option("--worst", type=click.IntRange(0, 100), default=3, show_default=True)
@click.option(
    "--target",
    multiple=True,
    help="Target column of the samples (repeatable); by default that of the training.",
)
@click.option(
    "--columns",
    multiple=True,
    metavar="MODEL=FILE",
    help="Column of the samples for a column of the model (repeatable).",
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

    FILE is uploaded and read with the options of the training file unless others are given. Its
    columns are found by name, and others are ignored. Prints the loss and the metrics, the
    confusion matrix and the worst rows.
    """
    if [file, source, dataset].count(None) != 2:
        raise click.UsageError("name a file with samples, or a --source, or a --dataset")
    target, columns = options.pop("target"), _mapping(options.pop("columns"))
    with connect(url) as client:
        model = client.model(name, version)
        given = _source(client, model, file, source, dataset, options_of(**options))
        result = client.evaluate(
            model,
            given,
            target=(target[0] if len(target) == 1 else target) or None,
            columns=columns,
            worst=worst,
        )
    if as_json:
        print_json(result.document)
    else:
        _print(result)


def _source(
    client: Client,
    model: Model,
    file: IO[bytes] | None,
    source: str | None,
    dataset: str | None,
    options: Options,
) -> Any:
    if file is not None:
        with opened(file) as given:
            merged: Any = _of_training(client, model, given.media_type) | dict(options)
            return client.upload(given, **merged)
    if options:
        raise click.UsageError("reading options are for a FILE")
    if dataset is not None:
        return {"type": "uploaded", "id": dataset}
    assert source is not None  # noqa: S101  # one of the three is there
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
        given = client.dataset(source["id"]).document.get("options") or {}
    except NotFoundError:  # it was deleted since, or the samples were given in the spec
        return {}
    defaults = to_json(ReadingOptions())
    return {
        name: value
        for name, value in given.items()
        if value != defaults[name] and media_type in MEDIA_TYPES_OF[name]
    }


def _mapping(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in columns]
    for name, sign, column in pairs:
        if not (name and sign and column):
            raise click.BadParameter("must be MODEL=FILE, two column names", param_hint="--columns")
    return {name: column for name, _, column in pairs}


def _print(result: Evaluation) -> None:
    click.echo(f"{result.name} version {result.version} on {result.rows} rows")
    click.echo(f"  {metrics_line(result.metrics)}")
    if result.confusion_matrix is not None and result.confusion_matrix.ndim == 3:
        click.echo("\nscores of each label:\n")
        scores = [
            [_prediction(row[name]) for name in ("label", *SCORES)]
            for row in result.per_label or ()
        ]
        click.echo(aligned([["label", *SCORES], *scores]))
    elif result.labels is not None and result.confusion_matrix is not None:
        click.echo("\nanswered, a column each, for the true label of the row:\n")
        names = [str(label) for label in result.labels]
        counts = [list(map(str, row)) for row in result.confusion_matrix.tolist()]
        rows = [[name, *row] for name, row in zip(names, counts, strict=True)]
        click.echo(aligned([["", *names], *rows]))
    for warning in result.warnings:
        click.echo(f"  warning: {warning}", err=True)
    if result.worst:
        click.echo("\nworst rows:\n")
        rows = [
            [str(row["row"]), _prediction(row["target"]), _prediction(_answer(row))]
            for row in result.worst
        ]
        click.echo(aligned([["row", "true", "answered"], *rows]))


def _answer(row: dict[str, Any]) -> Any:
    return row["output"] if row["label"] is None else row["label"]


def _prediction(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_prediction, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)
