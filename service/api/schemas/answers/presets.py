"""What is answered of presets."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import List, Nested, Raw, String

from service.api.schemas.answers.fields import OPTIONAL, told
from service.api.schemas.declared import schema_of
from trainlet.spec import JobSpec


class Goal(Schema):
    """What the final value of a metric must be."""

    metric = told(String, "The name of the metric.")
    at_least = told(Raw, "It must be so large, if this is not null.", keywords=OPTIONAL)
    at_most = told(Raw, "It must be so small, if this is not null.", keywords=OPTIONAL)


class Preset(Schema):
    """A job that can be submitted as it is."""

    name = told(String, "Its name.")
    about = told(String, "What it is about.")
    reaches = told(Nested, "What it must reach.", Goal)
    spec = told(Nested, "The spec.", schema_of(JobSpec))


class PresetPage(Schema):
    """All presets, by name."""

    data = told(List, "The presets.", Nested(Preset))
    next = told(String, "Always null: they come all at once.", allow_none=True)
