"""Predictions."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import List, Nested, Raw, String

from service.api.schemas.answers.fields import LABEL, LABELS, array, described
from service.api.schemas.answers.models import ModelVersion


class Points(Schema):
    """Raw points to predict."""

    points = described(
        Raw,
        "Points, each a list with one value per column of the model, or an object by column.",
        keywords=array({"anyOf": [array({}), {"type": "object"}]}),
    )


class LabelScore(Schema):
    """A label with its output."""

    label = described(Raw, "The label.", keywords=LABEL)
    output = described(Raw, "What the network says of it.", keywords={"type": "number"})


class Prediction(Schema):
    """What a model says of points, in their order."""

    model = described(Nested, "Which model answered.", ModelVersion)
    outputs = described(
        Raw, "The network's outputs, a list per point.", keywords=array(array({"type": "number"}))
    )
    labels = described(
        Raw,
        "For classification: a label per point. For multilabel: a list per point of the labels"
        " that are present.",
        required=False,
        keywords=array(LABELS),
    )
    values = described(
        Raw,
        "For regression: a list per point with a number per target column.",
        required=False,
        keywords=array(array({"type": "number"})),
    )
    warnings = described(List, "For a table: what was ignored of it.", String(), required=False)
    top = described(
        List,
        "With `?top=`: per point the best labels, best first.",
        List(Nested(LabelScore)),
        required=False,
    )
