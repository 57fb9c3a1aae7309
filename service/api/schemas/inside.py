"""Requests and responses for inspecting activations, gradients and single training steps."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String

from service.api.schemas.responses import JobEpoch, ModelVersion
from service.api.schemas.responses.fields import LABEL, LABELS, METRIC, NUMBER, array, described

ARRAY = {"type": "array", "description": "Nested lists, with the samples as the first axis."}
NAMED_ARRAYS = {"additionalProperties": ARRAY}


class ForwardPoints(Schema):
    """Raw points."""

    points = described(Raw, "At least one point, in the format of predict.", keywords=array({}))


class Samples(ForwardPoints):
    """Raw points with targets."""

    targets = described(
        Raw,
        "One label, number or row per point, in the format of the job's targets.",
        keywords=array({"anyOf": [*LABEL["anyOf"], array({"type": "number"})]}),
    )
    mode = described(
        String,
        (
            "`predict`: layers in inference mode; `train`: layers in training mode, with the "
            "job's class weights."
        ),
        required=False,
        keywords={"enum": ["predict", "train"], "default": "predict"},
    )


class LayerForward(Schema):
    """Output of a layer: `z` and `a` if it has an activation, else `y`."""

    layer = described(Integer, "Index of the layer, from 0.")
    type = described(String, "Type of the layer.")
    z = described(Raw, "Weighted input.", required=False, keywords=ARRAY)
    a = described(Raw, "Activation.", required=False, keywords=ARRAY)
    y = described(Raw, "Output of a layer without an activation.", required=False, keywords=ARRAY)


class LayerGradients(Schema):
    """Gradients of a layer; other arrays are named like dC/dw, such as dC/dscale."""

    class Meta:
        """Field names that are not Python identifiers."""

        unknown = "include"
        include: ClassVar = {
            "dC/dw": described(Raw, "BP4: ∂C/∂w.", required=False, keywords=ARRAY),
            "dC/db": described(Raw, "BP3: ∂C/∂b.", required=False, keywords=ARRAY),
        }

    layer = described(Integer, "Index of the layer, from 0.")
    type = described(String, "Type of the layer.")
    delta = described(
        Raw, "Gradient from BP1 or BP2: ∂C/∂z, or ∂C/∂y.", required=False, keywords=ARRAY
    )
    equations = described(
        Dict,
        "Equation that gives each array (Nielsen 2015, chapter 2).",
        required=False,
        keys=String(),
        values=String(),
    )


class LayerBackward(LayerForward, LayerGradients):
    """Output and gradients of a layer."""

    class Meta(LayerGradients.Meta):
        """Field names that are not Python identifiers."""


class JobPrediction(Schema):
    """Predictions of a job's network after an epoch."""

    job = described(Nested, "Job and epoch of the network.", JobEpoch)
    outputs = described(
        Raw, "One list of outputs per point.", keywords=array(array({"type": "number"}))
    )
    labels = described(
        Raw,
        "One label per point; only for classification.",
        required=False,
        keywords=array(LABELS),
    )
    values = described(
        Raw,
        "One list of values per point; only for regression.",
        required=False,
        keywords=array(array({"type": "number"})),
    )
    warnings = described(List, "Ignored columns of a table.", String(), required=False)


class Snapshot(Schema):
    """A snapshot of a job."""

    epoch = described(Integer, "Number of finished epochs.")
    bytes = described(Integer, "Size of the file in bytes.")
    metrics = described(Dict, "Metrics of the epoch.", keywords={"additionalProperties": METRIC})


class SnapshotPage(Schema):
    """Snapshots of a job, oldest first."""

    data = described(List, "Snapshots of the job.", Nested(Snapshot))
    next = described(String, "Always null: all snapshots are on one page.", allow_none=True)


class Forward(Schema):
    """Outputs of layers, in pages."""

    model = described(Nested, "Name and version of the model.", ModelVersion, required=False)
    job = described(Nested, "Job and epoch of the network.", JobEpoch, required=False)
    layers = described(List, "Layers, from input to output.", Nested(LayerForward))
    next = described(
        Integer,
        "Index of the first layer of the next page; null on the last page.",
        allow_none=True,
    )


class Untrained(Schema):
    """An untrained network, in pages of layers."""

    parameters = described(Dict, "All weights and biases, by name.", keywords=NAMED_ARRAYS)
    layers = described(List, "Output of each layer.", Nested(LayerForward))
    next = described(
        Integer,
        "Index of the first layer of the next page; null on the last page.",
        allow_none=True,
    )


class Backpropagation(Schema):
    """Result of a backward pass, in pages of layers."""

    model = described(Nested, "Name and version of the model.", ModelVersion, required=False)
    job = described(Nested, "Job and epoch of the network.", JobEpoch, required=False)
    mode = described(String, "Mode of the layers: `predict` or `train`.")
    loss = described(Dict, "Loss function from the job's spec; the cost is its mean.")
    cost = described(Raw, "Mean loss over the samples.", keywords=NUMBER)
    layers = described(List, "Layers, from input to output.", Nested(LayerBackward))
    next = described(
        Integer,
        "Index of the first layer of the next page; null on the last page.",
        allow_none=True,
    )


class Difference(Schema):
    """Analytical and numerical values of a gradient, in float64."""

    places = described(
        Raw, "Indices of the compared elements.", keywords=array(array({"type": "integer"}))
    )
    computed = described(Raw, "Values from the backward pass.", keywords=array(NUMBER))
    measured = described(Raw, "(C(w + h) − C(w − h)) / 2h.", keywords=array(NUMBER))
    relative_error = described(
        Raw, "‖computed − measured‖ / (‖computed‖ + ‖measured‖).", keywords={"type": "number"}
    )
    complete = described(Boolean, "Whether all elements of the array were compared, not a sample.")


class Step(Schema):
    """One training step with all intermediate values."""

    before = described(Dict, "Weights and biases before the step.", keywords=NAMED_ARRAYS)
    forward = described(List, "Output of each layer.", Nested(LayerForward))
    loss = described(Raw, "Mean loss of the points before the step.", keywords={"type": "number"})
    backward = described(List, "Gradients of each layer.", Nested(LayerGradients))
    update = described(Dict, "Updates that the optimizer adds.", keywords=NAMED_ARRAYS)
    after = described(Dict, "Weights and biases after the step.", keywords=NAMED_ARRAYS)
    loss_after = described(
        Raw,
        "Mean loss of the points after the step, in inference mode.",
        keywords={"type": "number"},
    )
    central_differences = described(
        Dict,
        "Central differences compared with computed gradients, by array.",
        keys=String(),
        values=Nested(Difference),
    )
