"""Endpoints for plots of loss, samples and decision boundaries; requires matplotlib."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import numpy as np
from flask import Response
from werkzeug.exceptions import NotImplemented as NotInstalled

from service.api.blueprint import Blueprint
from service.api.events.views import finished
from service.api.inspection.epochs import subject_at
from service.api.inspection.passes import Subject
from service.api.inspection.samples import OwnSamples
from service.api.jobs.views import JOB_PARAMETER
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import EpochQuery
from service.context import Context, context
from service.http.bodies import produces
from service.http.conditional import by_content
from trainlet.errors import ConflictError

PNG, GIF = "image/png", "image/gif"
FILE = {"type": "string", "format": "binary"}
FRAMES = 40
"""Maximum number of frames of an animation, evenly spaced over the snapshots."""

PROBLEMS = (
    *(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT),
    *(HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_IMPLEMENTED),
    HTTPStatus.SERVICE_UNAVAILABLE,
)

blueprint = Blueprint(
    "plots",
    __name__,
    url_prefix="/v1/jobs",
    description="Plot loss curves, samples and decision boundaries of a job.",
)


@blueprint.route("/<job_id>/loss.png", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, FILE, content_type=PNG)
@blueprint.problems(*PROBLEMS)
@produces(PNG)
def plot_loss(job_id: str) -> Response:
    """Plot the loss.

    The training loss after each finished epoch, and the validation loss if there is a validation
    set.
    """
    ctx = context()
    with _drawing(ctx) as drawing:
        history = finished(job_id, ctx)
        series = {name: history[name] for name in ("loss", "validation_loss") if name in history}
        if not series:
            raise ConflictError(f"Job {job_id} has not finished an epoch.")
        return by_content(
            Response(drawing.curves(series, ctx.store.jobs.get(job_id).name), content_type=PNG)
        )


@blueprint.route("/<job_id>/points.png", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.response(HTTPStatus.OK, FILE, content_type=PNG)
@blueprint.problems(*PROBLEMS)
@produces(PNG)
def plot_points(query: EpochQuery, job_id: str) -> Response:
    """Plot samples.

    Training samples are colored by target, held-out samples by prediction with opacity |2v − 1|.
    Requires points with two columns.
    """
    ctx = context()
    with _drawing(ctx) as drawing:
        subject, title = _subject(job_id, query.epoch, ctx)
        scene = _scene(subject, ctx)
        sets = [scene.given("training"), scene.answered(subject, title)]
        names = subject.preprocessing.columns
        return by_content(Response(drawing.scatters(sets, names, scene.legend), content_type=PNG))


@blueprint.route("/<job_id>/boundary.png", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.response(HTTPStatus.OK, FILE, content_type=PNG)
@blueprint.problems(*PROBLEMS)
@produces(PNG)
def plot_boundary(query: EpochQuery, job_id: str) -> Response:
    """Plot the decision boundary.

    Requires points with two columns.
    """
    ctx = context()
    with _drawing(ctx) as drawing:
        subject, title = _subject(job_id, query.epoch, ctx)
        scene = _scene(subject, ctx)
        png = drawing.plane(scene.plane(subject, title), scene.legend)
        return by_content(Response(png, content_type=PNG))


@blueprint.route("/<job_id>/boundary.gif", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, FILE, content_type=GIF)
@blueprint.problems(*PROBLEMS)
@produces(GIF)
def animate_boundary(job_id: str) -> Response:
    """Animate the decision boundary.

    One frame per snapshot, at most 40. Requires points with two columns.
    """
    ctx = context()
    with _drawing(ctx) as drawing:
        newest = subject_at(job_id, None, ctx)
        scene = _scene(newest, ctx)
        frames = scene.planes(_over_time(job_id, ctx))
        return by_content(Response(drawing.animation(frames, scene.legend), content_type=GIF))


@contextmanager
def _drawing(ctx: Context) -> Iterator[Any]:
    """Import matplotlib and acquire its mutex. Raises 501 if it is not installed."""
    try:
        from service.api.plots import drawing  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("matplotlib", "PIL"):
            raise
        message = "matplotlib is not installed in the service: pip install 'trainlet[plots]'"
        raise NotInstalled(message) from None
    with ctx.drawings.taken():
        yield drawing


def _scene(subject: Subject, ctx: Context) -> Any:
    from service.api.plots.pictures import Scene  # noqa: PLC0415

    return Scene.of(OwnSamples.of(subject.model, ctx.store.datasets.read))


def _subject(job_id: str, epoch: int | None, ctx: Context) -> tuple[Subject, str]:
    """Return the network after an epoch, or the published model of a job without snapshots."""
    job = ctx.store.jobs.get(job_id)
    if epoch is None and job.status == "succeeded" and not ctx.store.snapshots.epochs(job_id):
        model = ctx.store.models.load(job.name, job.version)
        return Subject.of_model(job.name, job.version, model), "at the end"
    subject = subject_at(job_id, epoch, ctx)
    return subject, _after(subject)


def _over_time(job_id: str, ctx: Context) -> Iterator[tuple[Subject, str]]:
    epochs = ctx.store.snapshots.epochs(job_id)
    chosen = np.linspace(0, len(epochs) - 1, min(FRAMES, len(epochs))).astype(int)
    for index in chosen.tolist():
        subject = subject_at(job_id, epochs[index], ctx)
        yield subject, _after(subject)


def _after(subject: Subject) -> str:
    return f"after epoch {subject.name['job']['epoch']}"
