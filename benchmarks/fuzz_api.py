"""Ten thousand requests by the OpenAPI document, in sequences: `python -m benchmarks.fuzz_api`.

Schemathesis makes requests of all kinds for every operation, and follows what one answer says to
the next request, as from a job's id to its cancelling. Nothing may answer a 5xx but 503, and
nothing that the document does not tell of. One request of three is compressed. `--cases 200` takes
less time.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Flaky
from schemathesis.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.core.failures import FailureGroup

from tests.service.test_fuzzed import schema

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SECONDS_PER_CASE = None
"""Hypothesis would give up a case that takes long; the machine may be busy."""

SEQUENCES, STEPS = 20, 20

TAKEN = [positive_data_acceptance, negative_data_rejection]
"""Not looked at in sequences: what is taken depends on what went before, and a dry run looks at no
Idempotency-Key."""

HEADERS = {"Accept-Encoding": "identity"}
"""What is called within one process is not unpacked on the way."""


class Compressing:
    """A WSGI application whose requests come, one of three, with `Content-Encoding: gzip`."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app, self._count = app, 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self._count += 1
        if length and self._count % 3 == 0:
            body = gzip.compress(environ["wsgi.input"].read(length), 1, mtime=0)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
            environ["HTTP_CONTENT_ENCODING"] = "gzip"
        return self._app(environ, start_response)


def main() -> int:
    parser = argparse.ArgumentParser(description="Requests by the OpenAPI document.")
    parser.add_argument("--cases", type=int, default=10_000)
    arguments = parser.parse_args()
    schema.app = Compressing(schema.app)
    result: Any = schema.get_all_operations()
    operations = [each.ok() for each in result]
    each = max(1, arguments.cases // (2 * len(operations)))
    statuses: Counter[int] = Counter()
    failures: list[str] = []

    def actual(case: Any) -> None:
        case.query = {name: _written(value) for name, value in case.query.items()}
        response = case.call(headers=HEADERS)
        statuses[response.status_code] += 1
        try:
            case.validate_response(response)
        except FailureGroup as error:  # told in the end, with all others
            failures.append(f"{case.method} {case.path}: {error.exceptions}")

    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=each,
            deadline=SECONDS_PER_CASE,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def single(case: Any) -> None:
            actual(case)

        single()
    _sequences(arguments.cases // 2, statuses, failures)
    print(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}")
    for failure in failures[:20]:
        print(failure[:500])
    print("WRONG" if failures else "right")
    return 1 if failures else 0


def _written(value: Any) -> Any:
    """A whole number as addresses have it; to JSON Schema 2.0 is an integer too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sequences(cases: int, statuses: Counter[int], failures: list[str]) -> None:
    """Requests that go on from what the answers before them said, some sequences at a time.

    A service that remembers answers a repeated sequence differently; where Hypothesis notices, it
    gives up, and others begin.
    """
    machine: Any = schema.as_state_machine()

    class Sequence(machine):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": HEADERS}

        def after_call(self, response: Any, case: Any) -> None:
            statuses[response.status_code] += 1

        def validate_response(self, response: Any, case: Any, **options: Any) -> None:
            try:
                super().validate_response(response, case, excluded_checks=TAKEN, **options)
            except FailureGroup as error:  # told in the end, with all others
                failures.append(f"{case.method} {case.path}: {error.exceptions}")

    enough = sum(statuses.values()) + cases
    while sum(statuses.values()) < enough:
        with suppress(Flaky):
            Sequence.run(
                settings=settings(
                    max_examples=SEQUENCES,
                    stateful_step_count=STEPS,
                    deadline=SECONDS_PER_CASE,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )
            )


if __name__ == "__main__":
    sys.exit(main())
