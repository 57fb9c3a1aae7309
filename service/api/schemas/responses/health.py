"""Response schemas for liveness and readiness."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Boolean, Integer, String

from service.api.schemas.responses.fields import described


class Health(Schema):
    """Liveness of the process."""

    status = described(String, "Always `ok`.", keywords={"const": "ok"})


class Readiness(Schema):
    """Readiness of the service and its dependencies."""

    status = described(String, "Always `ok`: the blob store is readable.", keywords={"const": "ok"})
    redis = described(Boolean, "Whether Redis is reachable; new jobs are rejected without it.")
    workers = described(Integer, "Number of live workers; null without Redis.", allow_none=True)
    version = described(String, "Version of the service.")
