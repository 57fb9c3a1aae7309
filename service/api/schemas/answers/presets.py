"""What is answered of presets."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import List, Nested, Raw, String

from service.api.schemas.answers.fields import OPTIONAL, described
from service.api.schemas.declared import schema_of
from trainlet.spec import JobSpec


class Goal(Schema):
    """What the final value of a metric must be."""

    metric = described(String, "The name of the metric.")
    at_least = described(Raw, "It must be so large, if this is not null.", keywords=OPTIONAL)
    at_most = described(Raw, "It must be so small, if this is not null.", keywords=OPTIONAL)


class Preset(Schema):
    """A job that can be submitted as it is."""

    name = described(String, "Its name.")
    about = described(String, "What it is about.")
    reaches = described(Nested, "What it must reach.", Goal)
    spec = described(Nested, "The spec.", schema_of(JobSpec))


class PresetPage(Schema):
    """All presets, by name."""

    data = described(List, "The presets.", Nested(Preset))
    next = described(String, "Always null: they come all at once.", allow_none=True)
