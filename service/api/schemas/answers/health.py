"""The state of the service."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Boolean, Integer, String

from service.api.schemas.answers.fields import described


class Health(Schema):
    """A process that is alive."""

    status = described(String, "Always `ok`.", keywords={"const": "ok"})


class Readiness(Schema):
    """Whether the service can do its work."""

    status = described(String, "Always `ok`: the blob store can be read.", keywords={"const": "ok"})
    redis = described(Boolean, "Whether Redis answers; without it no job is accepted.")
    workers = described(Integer, "How many workers are alive; null without Redis.", allow_none=True)
    version = described(String, "The version of the service.")
