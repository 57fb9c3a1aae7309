"""Endpoints to upload files; the content is streamed to storage."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import NotImplemented as NotInstalled
from werkzeug.exceptions import UnsupportedMediaType

from service.api import examples
from service.api.datasets.documents import dataset_document
from service.api.datasets.multipart import MAX_OVERHEAD, MultipartUpload
from service.api.datasets.views import PATH, blueprint
from service.api.jobs.delivery import deliver_task
from service.api.paths import dataset_path
from service.api.schemas import responses
from service.api.schemas.queries import UploadQuery
from service.api.schemas.reading_options import OptionsSchema, UploadQuerySchema
from service.context import context
from service.http.bodies import JSON, json_response, read_pieces
from service.http.content_encoding import gunzip_file
from service.http.problems import InvalidQueryError
from trainlet.datasets import ReadingOptions
from trainlet.errors import FieldError, ValidationError
from trainlet.queue import BackgroundTask
from trainlet.readers import MEDIA_TYPES, lacks, unused_options
from trainlet.store import Upload

SETTING = "TRAINLET_MAX_UPLOAD_BYTES"
EXISTS = "The same content with the same options exists."
MULTIPART = "multipart/form-data"
FILE = {"type": "string", "format": "binary", "minLength": 1}
PARTS = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": FILE, "options": {"$ref": "#/components/schemas/ReadingOptions"}},
}
ENCODING = {
    "file": {"contentType": ", ".join(MEDIA_TYPES)},
    "options": {"contentType": JSON},
}
BODY = {
    "required": True,
    "content": {kind: {"schema": FILE} for kind in MEDIA_TYPES}
    | {MULTIPART: {"schema": PARTS, "encoding": ENCODING}},
}


@blueprint.route("", methods=["POST"])
@blueprint.doc(requestBody=BODY)
@blueprint.arguments(UploadQuerySchema, location="query")
@blueprint.response(HTTPStatus.CREATED, responses.StoredDataset)
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=responses.StoredDataset,
    description=EXISTS,
)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
def upload_dataset(query: UploadQuery) -> Response:
    """Upload a dataset.

    The body is the file, or `multipart/form-data` with the parts `file` and `options` (JSON). A
    gzip file, such as `table.csv.gz`, is decompressed within the upload limit. A worker reads the
    stored file: poll the dataset until its status is `ready` or `failed`. The same content with the
    same media type and reading options is one dataset. With other options it is another dataset,
    and the content is stored once. Characters are accepted for names: `delimiter=;` is
    `delimiter=semicolon`.
    """
    ctx = context()
    uploads, most = ctx.store.uploads, ctx.settings.max_upload_bytes
    if request.mimetype == MULTIPART:
        parts = MultipartUpload(
            read_pieces(most + MAX_OVERHEAD, SETTING), request.mimetype_params.get("boundary")
        )
        with uploads.spool(gunzip_file(parts.file(), most, SETTING), most) as file:
            _require_readable(parts.media_type)
            options = _options_of(query, parts)
            name = query.name or parts.name
            upload, created = uploads.add(file, name, parts.media_type, options)
    else:
        _require_readable(request.mimetype)
        if errors := unused_options(query.options, request.mimetype):
            raise InvalidQueryError(errors)
        pieces = gunzip_file(read_pieces(most, SETTING), most, SETTING)
        upload, created = uploads.receive(pieces, most, query.name, request.mimetype, query.options)
    return stored(upload, created=created)


@blueprint.route("/<string(length=64):dataset_id>/read", methods=["POST"], parameters=PATH)
@blueprint.arguments(OptionsSchema, examples=examples.READING_OPTIONS)
@blueprint.response(HTTPStatus.CREATED, responses.StoredDataset)
@blueprint.alt_response(
    HTTPStatus.OK,
    schema=responses.StoredDataset,
    description=EXISTS,
)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.INSUFFICIENT_STORAGE,
)
def reread_dataset(options: ReadingOptions, dataset_id: str) -> Response:
    """Reread a dataset.

    Reads the file with other options as a new dataset of the same content. The first dataset
    remains, even if reading it failed. Omitted options use their defaults, not those of the first
    dataset.
    """
    uploads = context().store.uploads
    if errors := unused_options(options, uploads.get(dataset_id).media_type):
        raise ValidationError(errors)
    upload, created = uploads.read_again(dataset_id, options)
    return stored(upload, created=created)


def stored(upload: Upload, *, created: bool) -> Response:
    """Return a dataset; queue it for a worker if it is not read yet."""
    if upload.status == "profiling":
        deliver_task(BackgroundTask("read", upload.id), context())
    headers = {"Location": dataset_path(upload.id)}
    status = HTTPStatus.CREATED if created else HTTPStatus.OK
    return json_response(dataset_document(upload), status, headers)


def _require_readable(media_type: str) -> None:
    """Raise 415 for an unsupported media type, and 501 if its package is not installed."""
    if media_type not in MEDIA_TYPES:
        received = media_type or "nothing"
        raise UnsupportedMediaType(
            f"The Content-Type must be {' or '.join((*MEDIA_TYPES, MULTIPART))}, not {received}."
        )
    lacking = lacks(media_type)
    if lacking is not None:
        extra = "parquet" if lacking == "pyarrow" else "excel"
        message = f"The package {lacking} is not installed"
        raise NotInstalled(f"{message}; run: pip install 'trainlet[{extra}]'")


def _options_of(query: UploadQuery, parts: MultipartUpload) -> ReadingOptions:
    if not parts.has_options:
        if errors := unused_options(query.options, parts.media_type):
            raise InvalidQueryError(errors)
        return query.options
    if query.options != ReadingOptions():
        allowed = "options in the query or in the part `options`"
        raise ValidationError(
            [FieldError(("options",), None, allowed, "must not be in the query too")]
        )
    options = parts.options()
    if errors := unused_options(options, parts.media_type):
        raise ValidationError(error.under("options") for error in errors)
    return options
