"""Response schemas for models."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.declared import schema_of
from service.api.schemas.responses.fields import LABEL, METRIC, TIME, array, described
from trainlet.datasets import Task
from trainlet.spec import Architecture, JobSpec


class ModelSummary(Schema):
    """A model version without its spec."""

    name = described(String, "Name of the model.")
    version = described(Integer, "Version of the model.")
    job = described(
        String, "Id of the job that trained the model; null if imported.", allow_none=True
    )
    created_at = described(String, "Time when the version became ready.", keywords=TIME)
    task = described(String, "Task of the model.", keywords={"enum": [*get_args(Task)]})
    input_shape = described(List, "Shape of one raw point.", Integer())
    columns = described(List, "Names of the input columns, in order.", String())
    labels = described(
        Raw,
        "Class labels, in order; null for regression.",
        keywords={"anyOf": [array(LABEL), {"type": "null"}]},
    )
    parameters = described(Integer, "Number of parameters, including frozen ones.")
    metrics = described(Dict, "Final metrics.", keywords={"additionalProperties": METRIC})
    bytes = described(Integer, "Size of the file in bytes.")
    sha256 = described(String, "SHA-256 of the file.")
    aliases = described(List, "Aliases of the version.", String())
    links = described(Dict, "Paths of related resources.", keys=String(), values=String())


class Model(ModelSummary):
    """A model version with its spec."""

    provenance = described(Dict, "Machine, software versions and duration of the training.")
    spec = described(
        Nested,
        "Spec with every default; null if imported without one.",
        schema_of(JobSpec),
        allow_none=True,
    )
    architecture = described(Nested, "Architecture of the network.", schema_of(Architecture))


class Alias(Schema):
    """An alias of a model version."""

    name = described(String, "Name of the model.")
    alias = described(String, "Name of the alias.")
    version = described(Integer, "Version that the alias points to.")


class ModelPage(Schema):
    """Models, newest first."""

    data = described(
        List, "Newest version of each model, or all versions of one model.", Nested(ModelSummary)
    )
    next = described(String, "Cursor of the next page; null on the last page.", allow_none=True)


class ModelVersion(Schema):
    """Name and version of a model."""

    name = described(String, "Name of the model.")
    version = described(Integer, "Version of the model.")


class LayerSummary(Schema):
    """A layer of a network."""

    index = described(Integer, "Index of the layer, from 0.")
    type = described(String, "Type of the layer.")
    activation = described(String, "Activation of the layer; null if it has none.", allow_none=True)
    output_shape = described(List, "Output shape for one sample.", Integer())
    parameters = described(Integer, "Number of parameters.")
    trainable_parameters = described(Integer, "Number of trainable parameters.")
    arrays = described(Dict, "Shapes of the arrays, by name.", values=List(Integer()))


class Summary(Schema):
    """Summary of a model's layers."""

    model = described(Nested, "Name and version of the model.", ModelVersion)
    dtype = described(String, "Data type of the computation.")
    input_shape = described(List, "Shape of one preprocessed sample.", Integer())
    layers = described(List, "Layers, from input to output.", Nested(LayerSummary))
    parameters = described(Integer, "Number of parameters.")
    trainable_parameters = described(Integer, "Number of trainable parameters.")
    bytes = described(Integer, "Size of the parameters in bytes.")
