"""Dry runs."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import described
from service.api.schemas.answers.jobs import Splits
from service.api.schemas.answers.models import LayerSummary
from service.api.schemas.declared import schema_of
from trainlet.spec import JobSpec


class Memory(Schema):
    """Bytes that a job takes in its worker, by estimate."""

    bytes = described(Integer, "The peak: while samples are prepared, or the rest, while training.")
    preparing = described(Integer, "While samples are prepared.")
    samples = described(Integer, "Prepared samples; none of a file that is read block by block.")
    parameters = described(Integer, "Parameters, their gradient and what the optimizer remembers.")
    buffers = described(Integer, "What layers write into: a mini-batch, gathered samples, a probe.")


class DryRun(Schema):
    """What a job would be and take."""

    spec = described(
        Nested, "The spec with every default, as the job would have it.", schema_of(JobSpec)
    )
    splits = described(Nested, "How its samples are split.", Splits)
    dtype = described(String, "The numbers that it computes in.")
    input_shape = described(List, "The shape of one prepared sample.", Integer())
    layers = described(List, "The layers, from input to output.", Nested(LayerSummary))
    parameters = described(Integer, "How many numbers it holds.")
    trainable_parameters = described(Integer, "How many of them training changes.")
    memory = described(Nested, "What it takes of its worker's memory.", Memory)
    seconds = described(
        Raw,
        "How long all epochs train on one core like this one; what ends a job early is not known.",
        keywords={"type": "number"},
    )
    measured_steps = described(
        Integer, "How many steps were taken to see that; 0: too large for it, by counting alone."
    )
    queue_position = described(
        Integer,
        "The place in the queue it would get, 1 is next; null without Redis.",
        allow_none=True,
    )
