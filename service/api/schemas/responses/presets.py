"""Response schemas for presets."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import List, Nested, Raw, String

from service.api.schemas.declared import schema_of
from service.api.schemas.responses.fields import OPTIONAL, described
from trainlet.spec import JobSpec


class Goal(Schema):
    """Required value of a final metric."""

    metric = described(String, "Name of the metric.")
    at_least = described(Raw, "Lower bound; null if there is none.", keywords=OPTIONAL)
    at_most = described(Raw, "Upper bound; null if there is none.", keywords=OPTIONAL)


class Preset(Schema):
    """A job spec that can be submitted unchanged."""

    name = described(String, "Name of the preset.")
    about = described(String, "Description of the preset.")
    reaches = described(Nested, "Metric value that the preset must reach.", Goal)
    spec = described(Nested, "Job spec.", schema_of(JobSpec))


class PresetPage(Schema):
    """All presets, by name."""

    data = described(List, "Presets.", Nested(Preset))
    next = described(String, "Always null: all presets are on one page.", allow_none=True)
