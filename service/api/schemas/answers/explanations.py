"""Explanations."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import LABEL, METRIC, NUMBER, described
from service.api.schemas.answers.jobs import JobEpoch
from service.api.schemas.answers.models import ModelVersion


class ColumnImportance(Schema):
    """What a column is worth."""

    column = described(String, "Its name.")
    importance = described(
        Raw, "By how much the loss rises, in the mean, once it is shuffled.", keywords=NUMBER
    )
    std = described(Raw, "The deviation of that over the shufflings.", keywords=NUMBER)
    metrics = described(
        Dict,
        "By how much each metric changes, in the mean.",
        keywords={"additionalProperties": METRIC},
    )


class FeatureShare(Schema):
    """What a feature has to do with an answer."""

    feature = described(String, "Its name.")
    input = described(Raw, "What the network sees of it.", keywords=NUMBER)
    gradient = described(Raw, "∂output/∂input.", keywords=NUMBER)
    product = described(Raw, "gradient × input.", keywords=NUMBER)


class PointExplained(Schema):
    """What the answer for a point rests on."""

    output = described(Raw, "The largest output, which is explained.", keywords=NUMBER)
    unit = described(Integer, "The unit that gave it, from 0.")
    label = described(
        Raw,
        "The label that it speaks for; null for values.",
        keywords={"anyOf": [*LABEL["anyOf"], {"type": "null"}]},
    )
    features = described(List, "The features in their order.", Nested(FeatureShare))


class Explained(Schema):
    """What each column is worth, or what the answer for one point rests on."""

    model = described(Nested, "Which model.", ModelVersion, required=False)
    job = described(Nested, "Which job, after which epoch.", JobEpoch, required=False)
    part = described(
        String,
        "The part of the job's samples: test, else validation, else training.",
        required=False,
        keywords={"enum": ["test", "validation", "training"]},
    )
    rows = described(Integer, "How many of them were looked at, evenly spread.", required=False)
    repeats = described(Integer, "How often each column was shuffled.", required=False)
    metrics = described(
        Dict,
        "Loss and metrics with no column shuffled.",
        required=False,
        keywords={"additionalProperties": METRIC},
    )
    columns = described(
        List, "The columns in their order.", Nested(ColumnImportance), required=False
    )
    point = described(Nested, "With a point: its explanation.", PointExplained, required=False)
    points = described(
        List, "With points: their explanations.", Nested(PointExplained), required=False
    )
    warnings = described(List, "For a table: what was ignored of it.", String(), required=False)
