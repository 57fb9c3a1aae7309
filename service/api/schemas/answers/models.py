"""Models."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import LABEL, METRIC, TIME, array, told
from service.api.schemas.declared import schema_of
from trainlet.datasets import Task
from trainlet.spec import Architecture, JobSpec


class ModelSummary(Schema):
    """A trained model without its spec."""

    name = told(String, "Its name.")
    version = told(Integer, "Its version.")
    job = told(String, "The id of the job that made it; null if it was imported.", allow_none=True)
    created_at = told(String, "When it was ready.", keywords=TIME)
    task = told(String, "What it is for.", keywords={"enum": [*get_args(Task)]})
    input_shape = told(List, "The shape of one raw point.", Integer())
    columns = told(List, "The names of a point's numbers, in order.", String())
    labels = told(
        Raw,
        "What it can answer, in order; null for regression.",
        keywords={"anyOf": [array(LABEL), {"type": "null"}]},
    )
    parameters = told(Integer, "How many numbers it has learned or holds fixed.")
    metrics = told(Dict, "How good it is.", keywords={"additionalProperties": METRIC})
    bytes = told(Integer, "The size of its file.")
    sha256 = told(String, "The SHA-256 of its file.")
    aliases = told(List, "The aliases that point to it.", String())
    links = told(Dict, "Paths to go on with.", keys=String(), values=String())


class Model(ModelSummary):
    """A trained model."""

    provenance = told(Dict, "Where, by what and how fast it was trained.")
    spec = told(
        Nested,
        "What was asked for, with every default; null where none came with an import.",
        schema_of(JobSpec),
        allow_none=True,
    )
    architecture = told(Nested, "The network.", schema_of(Architecture))


class Alias(Schema):
    """An alias."""

    name = told(String, "The name of the model.")
    alias = told(String, "The alias.")
    version = told(Integer, "The version that it stands for.")


class ModelPage(Schema):
    """Models, newest first."""

    data = told(
        List, "The newest version of each name, or the versions of one.", Nested(ModelSummary)
    )
    next = told(String, "The cursor of the next page.", allow_none=True)


class ModelVersion(Schema):
    """Which model answered."""

    name = told(String, "Its name.")
    version = told(Integer, "Its version.")


class LayerSummary(Schema):
    """A layer."""

    index = told(Integer, "Its place, from 0.")
    type = told(String, "Its type.")
    activation = told(String, "Its activation, if it has one.", allow_none=True)
    output_shape = told(List, "The shape that one sample leaves it with.", Integer())
    parameters = told(Integer, "How many numbers it holds.")
    trainable_parameters = told(Integer, "How many of them training changes.")
    arrays = told(Dict, "The shapes of its arrays, by name.", values=List(Integer()))


class Summary(Schema):
    """The layers of a model."""

    model = told(Nested, "Which model it is.", ModelVersion)
    dtype = told(String, "The numbers that it computes in.")
    input_shape = told(List, "The shape of one prepared sample.", Integer())
    layers = told(List, "The layers, from input to output.", Nested(LayerSummary))
    parameters = told(Integer, "How many numbers it holds.")
    trainable_parameters = told(Integer, "How many of them training changes.")
    bytes = told(Integer, "What its numbers take.")
