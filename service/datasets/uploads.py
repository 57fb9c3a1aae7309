"""Uploads: files that users bring, stored as they come in."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import BadRequest, LengthRequired, UnsupportedMediaType
from werkzeug.exceptions import NotImplemented as NotInstalled

from service.bodies import answer
from service.context import context
from service.datasets.documents import dataset_document
from service.datasets.views import blueprint
from service.jobs.delivery import deliver_errand
from service.paths import dataset_path
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.queries import UploadQuery
from trainlet.config import to_json
from trainlet.errors import TooLarge
from trainlet.queue import Errand
from trainlet.reading import MEDIA_TYPES, lacks

PIECE = 2**20
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
        deliver_errand(Errand("read", kept.id), house)
    headers = {"Location": dataset_path(kept.id)}
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return answer(dataset_document(kept), status, headers)


def _pieces(length: int) -> Iterator[bytes]:
    # Not request.stream, which copies every piece twice more.
    body, left = request.environ["wsgi.input"], length
    while left:
        piece = body.read(min(PIECE, left))
        if not piece:
            raise BadRequest(f"the body ended {left} bytes before its Content-Length")
        left -= len(piece)
        yield piece
