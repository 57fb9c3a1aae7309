"""Endpoint to preview preprocessed samples."""

from __future__ import annotations

from http import HTTPStatus

import numpy as np
import orjson
from flask import Response
from numpy.typing import NDArray

from service.api import examples
from service.api.datasets.views import blueprint
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import PreviewQuery
from service.auth.principal import needs
from service.context import context
from service.http.bodies import JSON
from service.http.static_files import StaticFile
from trainlet.datasets import Description, MappedTable, Read, TargetEncoding, categories
from trainlet.errors import ValidationError
from trainlet.spec import Dataset, describe_dataset
from trainlet.spec.overflows import overflow_errors


@blueprint.route("/preview", methods=["POST"])
@blueprint.arguments(schema_of(PreviewQuery), location="query")
@blueprint.arguments(schema_of(Dataset), examples=examples.DATASETS)
@blueprint.response(HTTPStatus.OK, responses.Preview)
@blueprint.problems(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
@needs("read")
def preview_dataset(query: PreviewQuery, dataset: Dataset) -> Response:
    """Preview a dataset.

    Returns preprocessed samples, evenly spaced over a set. Targets are as in the data, because
    their encoding depends on the network.
    """
    read, preprocessing = context().store.datasets.read, dataset.preprocessing
    description = describe_dataset(dataset, read)
    _check(dataset, description, read)
    table = preprocessing.table(dataset.source.load(read))
    splits = dataset.split.apply(description.rows, table.targets)
    restricted = categories.known_in(table, splits.training)
    try:
        fitted = preprocessing.fit(restricted.take(splits.training), TargetEncoding())
    except ValidationError as error:
        raise ValidationError(
            field_error.under("preprocessing") for field_error in error.errors
        ) from None
    rows: NDArray[np.int64] = getattr(splits, query.part)
    samples = restricted.take(rows[_spread(len(rows), query.limit)])
    mapped = isinstance(samples.inputs, MappedTable)
    points = fitted.inputs(samples.inputs.all() if mapped else samples.inputs)
    document = {
        "features": list(fitted.features),
        "input_shape": list(fitted.input_shape),
        "labels": description.labels,
        "splits": {
            "training": len(splits.training),
            "validation": len(splits.validation),
            "test": len(splits.test),
        },
        "points": np.ascontiguousarray(points),
        "targets": samples.targets.tolist(),
        "warnings": [*categories.warnings(table.forms, restricted.forms), *fitted.warnings],
    }
    # Compress the response: it can be long, and numbers as text compress well.
    return StaticFile(
        orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY), JSON, {}
    ).response()


def _check(dataset: Dataset, description: Description, read: Read) -> None:
    """Raise ValidationError if the preprocessing or the split does not fit the data."""
    errors = list(dataset.preprocessing.errors(description.encoded))
    if errors:
        raise ValidationError(error.under("preprocessing") for error in errors)
    split_error = dataset.split.error(description.rows)
    if split_error is not None:
        raise ValidationError([split_error.under("split")])
    errors = list(overflow_errors(dataset, "float64", description, read, regression=True))
    if errors:
        raise ValidationError(errors)


def _spread(count: int, most: int) -> NDArray[np.int64]:
    """Return up to `most` evenly spaced indices, because data are often sorted by label."""
    return np.arange(min(count, most)) * count // max(1, min(count, most))
