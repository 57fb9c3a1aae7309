"""Schemathesis: every response conforms to the OpenAPI document."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import fakeredis
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from service.app import create_app
from tests.service.specs import circles
from tests.worker.here import work
from trainlet.queue import Queue
from trainlet.readers import MEDIA_TYPES
from trainlet.settings import Settings
from trainlet.store import Store

FOLDER = tempfile.TemporaryDirectory()
STORE = Store((Path(FOLDER.name) / "blobs").as_uri())
JOB = work(STORE, circles(record={"every": 1}))
APP = create_app(Settings(), STORE, Queue(fakeredis.FakeRedis()))

# A spec can fit its schema and still not fit together; so can a point and a model, and a file
# and its media type.
FITTING = {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "422", "429"]}}
# And a job, in a sequence of requests, may have nothing to be looked into yet.
BEGUN = {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422", "429"]}}
# Any bytes fit the schema of a file, and hardly any are one.
FILES = {
    "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "413", "422", "429"]}
}
FILES_OF = tuple(kind for kind in MEDIA_TYPES if not kind.startswith("text/"))
CONFIG = SchemathesisConfig.from_dict(
    {
        "operations": [
            # Thousands of cases because of the spec's large schema; a random sample suffices.
            *(
                {
                    "include-name": name,
                    "checks": FITTING,
                    "phases": {"coverage": {"enabled": False}},
                }
                for name in ("POST /v1/jobs", "POST /v1/step", "POST /v1/forward")
            ),
            {
                "include-name": "POST /v1/datasets/preview",
                "checks": FITTING,
                "phases": {"coverage": {"enabled": False}},
            },
            {"include-name": "POST /v1/datasets", "checks": FITTING},
            {
                "include-path-regex": "models/.*/(predict|evaluate)",
                "checks": FILES,
                "parameters": {"name": "circles", "version": 1},
            },
            {"include-name": "POST /v1/models", "checks": FILES},
            {
                "include-path-regex": "models/.*/(forward|backpropagate|explain)",
                "checks": FITTING,
                "parameters": {"name": "circles", "version": 1},
            },
            {
                "include-path-regex": "job_id}/(predict|forward|back|evaluate|explain|weights)",
                "checks": BEGUN,
                "parameters": {"job_id": JOB.id, "epoch": 2},
                "phases": {"coverage": {"enabled": False}},  # of the same schemas as models'
            },
            {
                "include-path-regex": "job_id}($|/(cancel|pause|resume|events|history|snap|repro))",
                "parameters": {"job_id": JOB.id},
            },
            {
                "include-path-regex": "(png|gif)$",
                "parameters": {"job_id": JOB.id, "epoch": 2},
                "phases": {"coverage": {"enabled": False}},
            },
        ]
    }
)


@schemathesis.serializer(*FILES_OF)
def as_bytes(context: Any, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def filter_case(_: Any, case: Any) -> bool:
    """Leave out tables that are no text: on the wire there is no other type."""
    return not str(case.media_type).startswith("text/") or isinstance(case.body, str | bytes)


schema = schemathesis.openapi.from_wsgi("/openapi.json", APP, config=CONFIG)


@schema.parametrize()
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_response_is_documented(case: Any) -> None:
    # The test client does not decompress responses.
    case.call_and_validate(headers={"Accept-Encoding": "identity"})
