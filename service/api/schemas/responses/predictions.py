"""Request and response schemas for predictions."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import List, Nested, Raw, String

from service.api.schemas.responses.fields import LABEL, LABELS, array, described
from service.api.schemas.responses.models import ModelVersion


class Points(Schema):
    """Raw points to predict."""

    points = described(
        Raw,
        "Points, each a list with one value per column of the model, or an object by column name.",
        keywords=array({"anyOf": [array({}), {"type": "object"}]}),
    )


class LabelScore(Schema):
    """A label with its output."""

    label = described(Raw, "Class label.", keywords=LABEL)
    output = described(Raw, "Output of the network for the label.", keywords={"type": "number"})


class Prediction(Schema):
    """Predictions for points, in the order of the request."""

    model = described(Nested, "Name and version of the model.", ModelVersion)
    outputs = described(
        Raw,
        "Outputs of the network, one list per point.",
        keywords=array(array({"type": "number"})),
    )
    labels = described(
        Raw,
        (
            "Only for classification: one label per point. For multilabel: one list of present "
            "labels per point."
        ),
        required=False,
        keywords=array(LABELS),
    )
    values = described(
        Raw,
        (
            "Only for regression: one list per point with a number per target column, in the "
            "units of the data."
        ),
        required=False,
        keywords=array(array({"type": "number"})),
    )
    warnings = described(List, "Ignored columns of a table.", String(), required=False)
    top = described(
        List,
        "Labels with the highest outputs per point, highest first; only with `?top=`.",
        List(Nested(LabelScore)),
        required=False,
    )
