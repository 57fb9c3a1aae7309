"""Uploads: files that users bring, stored as they come in."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import NotImplemented as NotInstalled
from werkzeug.exceptions import UnsupportedMediaType

from service.bodies import answer, read_pieces
from service.context import context
from service.datasets.documents import dataset_document
from service.datasets.views import blueprint
from service.jobs.delivery import deliver_errand
from service.paths import dataset_path
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.queries import UploadQuery
from trainlet.config import to_json
from trainlet.queue import Errand
from trainlet.reading import MEDIA_TYPES, lacks

BODY = {
    "required": True,
    "content": {
        kind: {"schema": {"type": "string", "format": "binary", "minLength": 1}}
        for kind in MEDIA_TYPES
    },
}


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
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
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
    lacking = lacks(request.mimetype)
    if lacking is not None:
        told = f"the package {lacking} is not installed in this service"
        raise NotInstalled(f"{told}: pip install 'trainlet[parquet]'")
    most = house.settings.max_upload_bytes
    kept, created = house.store.uploads.receive(
        read_pieces(most, "TRAINLET_MAX_UPLOAD_BYTES"),
        most,
        query.name,
        request.mimetype,
        to_json(query.form),
    )
    if kept.status == "profiling":
        deliver_errand(Errand("read", kept.id), house)
    headers = {"Location": dataset_path(kept.id)}
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return answer(dataset_document(kept), status, headers)
