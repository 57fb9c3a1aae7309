"""Datasets: files that users bring, what was found in them, and how a network would see data."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import numpy as np
from flask import Response, request
from werkzeug.exceptions import BadRequest, ClientDisconnected, LengthRequired, UnsupportedMediaType

from service import examples
from service.blueprint import Blueprint
from service.bodies import answer
from service.callers import needs
from service.context import Context, context
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.queries import DatasetsQuery, UploadQuery
from trainlet.config import to_json
from trainlet.datasets import Detail, Encoding, Mapped
from trainlet.errors import Conflict, Corrupt, Invalid, NotFound, TooLarge, Unavailable
from trainlet.spec import Dataset, describe_dataset
from trainlet.store import Upload

MEDIA_TYPES = ("text/csv", "application/x-npy", "application/x-npz")
PIECE = 2**20
PREVIEWED = 100
PATH = [
    {
        "in": "path",
        "name": "dataset_id",
        "description": "The id of a dataset: the SHA-256 of its content.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
]
BODY = {
    "required": True,
    "content": {
        kind: {"schema": {"type": "string", "format": "binary", "minLength": 1}}
        for kind in MEDIA_TYPES
    },
}

blueprint = Blueprint(
    "datasets", __name__, url_prefix="/v1/datasets", description="Bring data to learn from."
)


@blueprint.route("", methods=["POST"])
@blueprint.doc(requestBody=BODY)
@blueprint.arguments(schema_of(UploadQuery), location="query")
@blueprint.response(HTTPStatus.CREATED, answers.StoredDataset)
@blueprint.alt_response(
    HTTPStatus.OK, schema=answers.StoredDataset, description="The same content was there already."
)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.CONFLICT,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
def upload(query: UploadQuery) -> Response:
    """Upload a file.

    The body is the file as it is. It is stored as it comes in, and then read by a worker: ask for
    it until its status is `ready` or `failed`. Its id is the SHA-256 of the content.
    """
    house = context()
    if request.mimetype not in MEDIA_TYPES:
        seen = request.mimetype or "nothing"
        raise UnsupportedMediaType(f"the Content-Type must be {' or '.join(MEDIA_TYPES)}: {seen}")
    most, length = house.settings.max_upload_bytes, request.content_length
    if length is None and "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise LengthRequired("the Content-Length must be stated")
    length = length or 0
    if length > most:
        raise TooLarge(f"the body has {length} bytes; at most {most} are taken")
    kept, created = house.store.uploads.receive(
        _pieces(length), most, query.name, request.mimetype, to_json(query.form)
    )
    if kept.status == "profiling":
        _deliver(kept.id, house)
    headers = {"Location": dataset_path(kept.id)}
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return answer(dataset_document(kept), status, headers)


def _pieces(length: int) -> Iterator[bytes]:
    request.max_content_length = length
    left = length
    while left:
        try:
            piece = request.stream.read(min(PIECE, left))
        except ClientDisconnected:
            piece = b""
        if not piece:
            raise BadRequest(f"the body ended {left} bytes before its Content-Length")
        left -= len(piece)
        yield piece


def _deliver(dataset_id: str, house: Context) -> None:
    try:
        house.queue.submit_reading(dataset_id)
    except Unavailable:
        return  # it is stored: who looks after forgotten files delivers it once Redis is back


@blueprint.route("", methods=["GET"])
@blueprint.arguments(schema_of(DatasetsQuery), location="query")
@blueprint.response(HTTPStatus.OK, answers.DatasetPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNPROCESSABLE_ENTITY)
def datasets(query: DatasetsQuery) -> Response:
    """List uploaded files, newest first, without their columns."""
    found, following = context().store.uploads.list(query.limit, query.cursor or None)
    return answer({"data": [dataset_summary(one) for one in found], "next": following})


@blueprint.route("/<string(length=64):dataset_id>", methods=["GET"], parameters=PATH)
@blueprint.response(HTTPStatus.OK, answers.StoredDataset)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
def show(dataset_id: str) -> Response:
    """Show an uploaded file: its status, and once it is read its columns and first rows."""
    return answer(dataset_document(context().store.uploads.get(dataset_id)))


@blueprint.route("/<string(length=64):dataset_id>", methods=["DELETE"], parameters=PATH)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
def delete(dataset_id: str) -> Response:
    """Delete an uploaded file, unless a job that has not ended needs it."""
    house = context()
    house.store.uploads.get(dataset_id)
    for job_id in house.store.attempts.unsettled():
        if _needs(job_id, dataset_id, house):
            raise Conflict(f"job {job_id} needs dataset {dataset_id}")
    house.store.uploads.delete(dataset_id)
    return Response(status=HTTPStatus.NO_CONTENT)


def _needs(job_id: str, dataset_id: str, house: Context) -> bool:
    try:
        job = house.store.jobs.get(job_id)
    except (NotFound, Corrupt):
        return False
    source: dict[str, Any] = job.document["dataset"]["source"]
    return not job.ended and source.get("id") == dataset_id


@blueprint.route("/preview", methods=["POST"])
@blueprint.arguments(schema_of(Dataset), examples=examples.DATASETS)
@blueprint.response(HTTPStatus.OK, answers.Preview)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
@needs("read")
def preview(dataset: Dataset) -> Response:
    """Show the first training samples as a network would see them, at most 100.

    Targets are as they are in the data: how they are encoded depends on the network.
    """
    read, preparation = context().store.datasets.read, dataset.preparation
    description = describe_dataset(dataset, read)
    found = list(preparation.faults(description.encoded))
    if found:
        raise Invalid(fault.under("preparation") for fault in found)
    fault = dataset.split.fault(description.rows)
    if fault is not None:
        raise Invalid([fault.under("split")])
    table = preparation.table(dataset.source.load(read))
    parts = dataset.split.parts(description.rows, table.targets)
    training = table.take(parts.training)
    try:
        fitted = preparation.fit(training, Encoding())
    except Invalid as error:
        raise Invalid(fault.under("preparation") for fault in error.faults) from None
    first = training.take(np.arange(min(PREVIEWED, len(parts.training))))
    mapped = isinstance(first.inputs, Mapped)
    points = fitted.inputs(first.inputs.all() if mapped else first.inputs)
    return answer(
        {
            "features": list(fitted.features),
            "input_shape": list(fitted.input_shape),
            "labels": description.labels,
            "parts": {
                "training": len(parts.training),
                "validation": len(parts.validation),
                "test": len(parts.test),
            },
            "points": np.ascontiguousarray(points),
            "targets": first.targets.tolist(),
            "warnings": list(fitted.warnings),
        }
    )


def dataset_path(dataset_id: str) -> str:
    """Tell where a dataset is found."""
    return f"/v1/datasets/{dataset_id}"


def dataset_summary(kept: Upload) -> dict[str, Any]:
    """Write an uploaded file without its columns."""
    return {
        "id": kept.id,
        "name": kept.name,
        "media_type": kept.media_type,
        "bytes": kept.bytes,
        "created_at": kept.created_at,
        "status": kept.status,
        "error": kept.error,
        "links": {"self": dataset_path(kept.id)},
    }


def dataset_document(kept: Upload) -> dict[str, Any]:
    """Write an uploaded file."""
    document = dataset_summary(kept) | {"form": kept.form}
    if kept.status != "ready":
        return document | {"rows": None, "read_as": [], "columns": [], "first_rows": []}
    profile = kept.profile
    return document | {
        "rows": profile.rows,
        "read_as": list(profile.read_as),
        "columns": [_column(detail) for detail in profile.details],
        "first_rows": list(profile.first),
    }


def _column(detail: Detail) -> dict[str, Any]:
    labels = detail.labels if detail.column.type == "category" else None
    return {
        "name": detail.column.name,
        "type": detail.column.type,
        "categories": None if labels is None else list(labels),
        "distinct": None if detail.labels is None else len(detail.labels),
        "missing": detail.missing,
        "minimum": detail.minimum,
        "maximum": detail.maximum,
        "mean": detail.mean,
        "deviation": detail.deviation,
    }
