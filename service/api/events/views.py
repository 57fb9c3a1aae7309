"""Endpoints for the metric history and the event stream of a job."""

from __future__ import annotations

import csv
from http import HTTPStatus
from io import StringIO
from itertools import zip_longest
from typing import Any

from flask import Response, request

from service.api.events.sequence import ID, Cursor
from service.api.events.streams import EVENT_STREAM
from service.api.jobs.views import JOB_PARAMETER, blueprint
from service.api.schemas import responses
from service.context import Context, context
from service.http.bodies import JSON, json_response, produces, series
from service.http.problems import InvalidHeaderError
from trainlet.errors import FieldError, ServiceUnavailableError

CSV = "text/csv"
EVENTS = {"description": "Server-Sent Events (WHATWG HTML, section 9.2)."}
"""Schema without a type: tools disagree whether it describes the stream or one event."""

LAST_EVENT_ID = {
    "in": "header",
    "name": "Last-Event-ID",
    "description": "Id of the last received event.",
    "schema": {"type": "string", "pattern": f"^({ID})?$"},
}


@blueprint.route("/<job_id>/history", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, responses.History)
@blueprint.alt_response(
    HTTPStatus.OK, schema={"type": "string"}, content_type=CSV, description="OK", success=True
)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
@produces(JSON, CSV)
def get_job_history(job_id: str) -> Response:
    """Get the metric history.

    JSON contains one list per metric, CSV one line per finished epoch. Non-finite values are nan,
    inf or -inf.
    """
    written = {name: series(values) for name, values in finished(job_id, context()).items()}
    varying = {"Vary": "Accept"}
    if request.accept_mimetypes.best_match((JSON, CSV)) == CSV:
        return Response(_csv(written), headers=varying, content_type=f"{CSV}; charset=utf-8")
    return json_response(written, headers=varying)


@blueprint.route("/<job_id>/events", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.doc(parameters=[LAST_EVENT_ID])
@blueprint.response(HTTPStatus.OK, schema=EVENTS, content_type=EVENT_STREAM, description="Events.")
@blueprint.alt_response(HTTPStatus.NO_CONTENT, description="The last event has been sent.")
@blueprint.problems(
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
@produces(EVENT_STREAM)
def stream_job_events(job_id: str) -> Response:
    """Stream job events.

    Server-Sent Events until the job finishes: `queued`, `running` per attempt, `epoch` per epoch,
    `snapshot` per snapshot, `paused`, `warning`, and at the end `succeeded`, `failed` or
    `cancelled`. Send the id of the last received event as `Last-Event-ID` to resume after it
    without gaps or duplicates.
    """
    ctx = context()
    ctx.store.jobs.get(job_id)
    last_id = request.headers.get("Last-Event-ID", "")
    cursor = Cursor.parse(last_id) if last_id else Cursor()
    if cursor is None:
        expected = "the id of an event of this stream"
        raise InvalidHeaderError(
            [FieldError(("Last-Event-ID",), last_id, expected, f"must be {expected}")]
        )
    if cursor.ended:
        return Response(status=HTTPStatus.NO_CONTENT)  # stops browsers from reconnecting
    stream = ctx.streams.open(job_id, cursor)
    response = Response(iter(stream), content_type=EVENT_STREAM)
    response.headers["X-Accel-Buffering"] = "no"  # disables buffering in nginx
    response.call_on_close(stream.close)
    return response


def finished(job_id: str, ctx: Context) -> dict[str, list[float]]:
    """Return each metric after every finished epoch, from the record or from Redis.

    While the job runs, the longer of the two is returned. Raises NotFoundError.
    """
    recorded = ctx.store.jobs.history(job_id)
    if ctx.store.jobs.get(job_id).ended:
        return recorded
    return _longer(recorded, _live(job_id, ctx))


def _live(job_id: str, ctx: Context) -> dict[str, list[float]]:
    try:
        return ctx.queue.history(job_id)
    except ServiceUnavailableError:
        return {}


def _longer(one: dict[str, list[float]], other: dict[str, list[float]]) -> dict[str, list[float]]:
    def epochs(recorded: dict[str, list[float]]) -> int:
        return max((len(values) for values in recorded.values()), default=0)

    return max(one, other, key=epochs)


def _csv(columns: dict[str, list[Any]]) -> str:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *columns])
    for epoch, row in enumerate(zip_longest(*columns.values(), fillvalue=""), start=1):
        writer.writerow([epoch, *row])
    return text.getvalue()
