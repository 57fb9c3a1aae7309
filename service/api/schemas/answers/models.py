"""Models."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import LABEL, METRIC, TIME, array, described
from service.api.schemas.declared import schema_of
from trainlet.datasets import Task
from trainlet.spec import Architecture, JobSpec


class ModelSummary(Schema):
    """A trained model without its spec."""

    name = described(String, "Its name.")
    version = described(Integer, "Its version.")
    job = described(
        String, "The id of the job that made it; null if it was imported.", allow_none=True
    )
    created_at = described(String, "When it was ready.", keywords=TIME)
    task = described(String, "What it is for.", keywords={"enum": [*get_args(Task)]})
    input_shape = described(List, "The shape of one raw point.", Integer())
    columns = described(List, "The names of a point's numbers, in order.", String())
    labels = described(
        Raw,
        "What it can answer, in order; null for regression.",
        keywords={"anyOf": [array(LABEL), {"type": "null"}]},
    )
    parameters = described(Integer, "How many numbers it has learned or holds fixed.")
    metrics = described(Dict, "How good it is.", keywords={"additionalProperties": METRIC})
    bytes = described(Integer, "The size of its file.")
    sha256 = described(String, "The SHA-256 of its file.")
    aliases = described(List, "The aliases that point to it.", String())
    links = described(Dict, "Paths to go on with.", keys=String(), values=String())


class Model(ModelSummary):
    """A trained model."""

    provenance = described(Dict, "Where, by what and how fast it was trained.")
    spec = described(
        Nested,
        "What was asked for, with every default; null where none came with an import.",
        schema_of(JobSpec),
        allow_none=True,
    )
    architecture = described(Nested, "The network.", schema_of(Architecture))


class Alias(Schema):
    """An alias."""

    name = described(String, "The name of the model.")
    alias = described(String, "The alias.")
    version = described(Integer, "The version that it stands for.")


class ModelPage(Schema):
    """Models, newest first."""

    data = described(
        List, "The newest version of each name, or the versions of one.", Nested(ModelSummary)
    )
    next = described(String, "The cursor of the next page.", allow_none=True)


class ModelVersion(Schema):
    """Which model answered."""

    name = described(String, "Its name.")
    version = described(Integer, "Its version.")


class LayerSummary(Schema):
    """A layer."""

    index = described(Integer, "Its place, from 0.")
    type = described(String, "Its type.")
    activation = described(String, "Its activation, if it has one.", allow_none=True)
    output_shape = described(List, "The shape that one sample leaves it with.", Integer())
    parameters = described(Integer, "How many numbers it holds.")
    trainable_parameters = described(Integer, "How many of them training changes.")
    arrays = described(Dict, "The shapes of its arrays, by name.", values=List(Integer()))


class Summary(Schema):
    """The layers of a model."""

    model = described(Nested, "Which model it is.", ModelVersion)
    dtype = described(String, "The numbers that it computes in.")
    input_shape = described(List, "The shape of one prepared sample.", Integer())
    layers = described(List, "The layers, from input to output.", Nested(LayerSummary))
    parameters = described(Integer, "How many numbers it holds.")
    trainable_parameters = described(Integer, "How many of them training changes.")
    bytes = described(Integer, "What its numbers take.")
