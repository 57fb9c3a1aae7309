"""What is asked and answered of the inside of a network."""

from __future__ import annotations

from typing import ClassVar

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers import JobEpoch, ModelVersion
from service.api.schemas.answers.fields import LABEL, LABELS, METRIC, NUMBER, array, described

ARRAY = {"type": "array", "description": "Nested lists, samples first."}
NAMED_ARRAYS = {"additionalProperties": ARRAY}


class ForwardPoints(Schema):
    """Raw points."""

    points = described(Raw, "Points, as for predict; at least one.", keywords=array({}))


class Samples(ForwardPoints):
    """Raw points with their targets."""

    targets = described(
        Raw,
        "A label, number or row for each point, as the job's data have them.",
        keywords=array({"anyOf": [*LABEL["anyOf"], array({"type": "number"})]}),
    )
    mode = described(
        String,
        "predict: layers as in prediction; train: as in training, with the job's class weights.",
        required=False,
        keywords={"enum": ["predict", "train"], "default": "predict"},
    )


class LayerForward(Schema):
    """What a layer computes; z and a where it has an activation, else y."""

    layer = described(Integer, "Its number, from 0.")
    type = described(String, "What it is.")
    z = described(Raw, "The weighted input.", required=False, keywords=ARRAY)
    a = described(Raw, "The activation.", required=False, keywords=ARRAY)
    y = described(Raw, "What a layer without activation hands on.", required=False, keywords=ARRAY)


class LayerGradients(Schema):
    """What comes back to a layer; further arrays, such as dC/dscale, are named like dC/dw."""

    class Meta:
        """Names that are no words of Python."""

        unknown = "include"
        include: ClassVar = {
            "dC/dw": described(Raw, "BP4: ∂C/∂w.", required=False, keywords=ARRAY),
            "dC/db": described(Raw, "BP3: ∂C/∂b.", required=False, keywords=ARRAY),
        }

    layer = described(Integer, "Its number, from 0.")
    type = described(String, "What it is.")
    delta = described(Raw, "BP1 and BP2: ∂C/∂z, or ∂C/∂y.", required=False, keywords=ARRAY)
    equations = described(
        Dict,
        "The equation that gives each (Nielsen 2015, chapter 2).",
        required=False,
        keys=String(),
        values=String(),
    )


class LayerBackward(LayerForward, LayerGradients):
    """All numbers of a layer."""

    class Meta(LayerGradients.Meta):
        """Names that are no words of Python."""


class JobPrediction(Schema):
    """What a job's network said of points after an epoch."""

    job = described(Nested, "Which network.", JobEpoch)
    outputs = described(Raw, "A list per point.", keywords=array(array({"type": "number"})))
    labels = described(Raw, "For classification.", required=False, keywords=array(LABELS))
    values = described(
        Raw, "For regression.", required=False, keywords=array(array({"type": "number"}))
    )
    warnings = described(List, "For a table: what was ignored of it.", String(), required=False)


class Snapshot(Schema):
    """A state that is kept."""

    epoch = described(Integer, "Finished epochs.")
    bytes = described(Integer, "The size of its file.")
    metrics = described(Dict, "The epoch's.", keywords={"additionalProperties": METRIC})


class SnapshotPage(Schema):
    """The states kept of a job, oldest first."""

    data = described(List, "The snapshots.", Nested(Snapshot))
    next = described(String, "Always null: they come all at once.", allow_none=True)


class Forward(Schema):
    """What layers compute, a page of them."""

    model = described(Nested, "Which model.", ModelVersion, required=False)
    job = described(Nested, "Which job, after which epoch.", JobEpoch, required=False)
    layers = described(List, "The layers in order.", Nested(LayerForward))
    next = described(Integer, "The first layer of the next page.", allow_none=True)


class Untrained(Schema):
    """A network before any training, a page of layers."""

    parameters = described(Dict, "All its weights and biases.", keywords=NAMED_ARRAYS)
    layers = described(List, "What each layer computes.", Nested(LayerForward))
    next = described(Integer, "The first layer of the next page.", allow_none=True)


class Backpropagation(Schema):
    """All numbers of a backward pass, a page of layers."""

    model = described(Nested, "Which model.", ModelVersion, required=False)
    job = described(Nested, "Which job, after which epoch.", JobEpoch, required=False)
    mode = described(String, "As in prediction or as in training.")
    loss = described(Dict, "The loss that the cost is the mean of, as a job's spec has it.")
    cost = described(Raw, "The mean loss of the samples.", keywords=NUMBER)
    layers = described(List, "The layers in order.", Nested(LayerBackward))
    next = described(Integer, "The first layer of the next page.", allow_none=True)


class Difference(Schema):
    """Numbers of a gradient, computed and measured, in float64."""

    places = described(
        Raw, "The indices of each number.", keywords=array(array({"type": "integer"}))
    )
    computed = described(Raw, "By the backward pass.", keywords=array(NUMBER))
    measured = described(Raw, "(C(w + h) − C(w − h)) / 2h.", keywords=array(NUMBER))
    relative_error = described(
        Raw, "‖computed − measured‖ / (‖computed‖ + ‖measured‖).", keywords={"type": "number"}
    )
    complete = described(Boolean, "Whether all numbers of the array are there, not a sample.")


class Step(Schema):
    """One step of training, from the first numbers to the last."""

    before = described(Dict, "Weights and biases before.", keywords=NAMED_ARRAYS)
    forward = described(List, "What each layer computes.", Nested(LayerForward))
    loss = described(Raw, "The loss of these points.", keywords={"type": "number"})
    backward = described(List, "What comes back to each layer.", Nested(LayerGradients))
    update = described(Dict, "What the optimizer adds.", keywords=NAMED_ARRAYS)
    after = described(Dict, "Weights and biases after.", keywords=NAMED_ARRAYS)
    loss_after = described(Raw, "Their loss, as in prediction.", keywords={"type": "number"})
    central_differences = described(
        Dict, "Measured beside computed, by array.", keys=String(), values=Nested(Difference)
    )
