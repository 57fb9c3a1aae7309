"""Response schemas for feature importance and attribution."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.responses.fields import LABEL, METRIC, NUMBER, described
from service.api.schemas.responses.jobs import JobEpoch
from service.api.schemas.responses.models import ModelVersion


class ColumnImportance(Schema):
    """Permutation feature importance of a column."""

    column = described(String, "Name of the column.")
    importance = described(
        Raw, "Mean increase of the loss when the column is shuffled.", keywords=NUMBER
    )
    std = described(Raw, "Standard deviation of the increase over the shuffles.", keywords=NUMBER)
    metrics = described(
        Dict,
        "Mean change of each metric.",
        keywords={"additionalProperties": METRIC},
    )


class FeatureShare(Schema):
    """Attribution of a feature."""

    feature = described(String, "Name of the feature.")
    input = described(Raw, "Preprocessed value of the feature.", keywords=NUMBER)
    gradient = described(Raw, "Gradient ∂output/∂input.", keywords=NUMBER)
    product = described(Raw, "Attribution: gradient × input.", keywords=NUMBER)


class PointExplained(Schema):
    """Feature attributions for one point."""

    output = described(Raw, "Largest output; the attributions explain it.", keywords=NUMBER)
    unit = described(Integer, "Index of the unit with the largest output, from 0.")
    label = described(
        Raw,
        "Label of the unit; null for regression.",
        keywords={"anyOf": [*LABEL["anyOf"], {"type": "null"}]},
    )
    features = described(
        List, "Features, in the order of the network's inputs.", Nested(FeatureShare)
    )


class Explained(Schema):
    """Permutation feature importance, or feature attributions of points."""

    model = described(Nested, "Name and version of the model.", ModelVersion, required=False)
    job = described(Nested, "Job and epoch of the network.", JobEpoch, required=False)
    part = described(
        String,
        "Set of the job's samples: test, else validation, else training.",
        required=False,
        keywords={"enum": ["test", "validation", "training"]},
    )
    rows = described(
        Integer, "Number of evaluated samples, evenly spaced over the set.", required=False
    )
    repeats = described(Integer, "Number of shuffles per column.", required=False)
    metrics = described(
        Dict,
        "Loss and metrics without shuffling.",
        required=False,
        keywords={"additionalProperties": METRIC},
    )
    columns = described(
        List, "Columns, in the order of the data.", Nested(ColumnImportance), required=False
    )
    point = described(Nested, "Attributions for `point`.", PointExplained, required=False)
    points = described(
        List, "Attributions for each of `points`.", Nested(PointExplained), required=False
    )
    warnings = described(List, "Ignored columns of a table.", String(), required=False)
