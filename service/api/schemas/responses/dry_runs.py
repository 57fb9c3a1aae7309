"""Response schemas for dry runs."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Integer, List, Nested, Raw, String

from service.api.schemas.declared import schema_of
from service.api.schemas.responses.fields import described
from service.api.schemas.responses.jobs import Splits
from service.api.schemas.responses.models import LayerSummary
from trainlet.spec import JobSpec


class Memory(Schema):
    """Estimated memory of a job in its worker, in bytes."""

    bytes = described(
        Integer, "Peak bytes: during preprocessing or during training, whichever is larger."
    )
    preparing = described(Integer, "Bytes during preprocessing.")
    samples = described(
        Integer, "Bytes of preprocessed samples; 0 for a file that is read in blocks."
    )
    parameters = described(Integer, "Bytes of parameters, gradients and optimizer state.")
    buffers = described(Integer, "Bytes of activations, gathered samples and evaluation batches.")


class DryRun(Schema):
    """Validated spec of a job with its estimated cost."""

    spec = described(Nested, "Spec with every default.", schema_of(JobSpec))
    splits = described(Nested, "Number of samples in each set.", Splits)
    dtype = described(String, "Data type of the computation.")
    input_shape = described(List, "Shape of one preprocessed sample.", Integer())
    layers = described(List, "Layers, from input to output.", Nested(LayerSummary))
    parameters = described(Integer, "Number of parameters.")
    trainable_parameters = described(Integer, "Number of trainable parameters.")
    memory = described(Nested, "Estimated memory in the worker, in bytes.", Memory)
    seconds = described(
        Raw,
        (
            "Estimated seconds to train all epochs on one core like this one; early stopping "
            "is not considered."
        ),
        keywords={"type": "number"},
    )
    measured_steps = described(
        Integer,
        (
            "Number of steps that were timed for the estimate; 0: too large to time, estimated "
            "from operation counts."
        ),
    )
    queue_position = described(
        Integer,
        "Position that the job would get in the queue, from 1; null without Redis.",
        allow_none=True,
    )
