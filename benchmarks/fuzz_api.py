"""Fuzzing of the API by its OpenAPI document.

    python -m benchmarks.fuzz_api [--cases 10000]

Schemathesis generates requests for every operation, and follows links in responses to the next
request, such as from a job's id to its cancellation. No response may be a 5xx other than 503, or
anything that the document does not describe. One of three requests is compressed. `--cases 200` is
faster.
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
"""No deadline for a case, because the machine may be busy."""

SEQUENCES, STEPS = 20, 20

TAKEN = [positive_data_acceptance, negative_data_rejection]
"""Checks that sequences skip: acceptance depends on earlier requests, and a dry run ignores the
Idempotency-Key."""

HEADERS = {"Accept-Encoding": "identity"}
"""In-process responses are not decompressed."""


class Compressing:
    """WSGI middleware that compresses the body of one of three requests."""

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
    parser = argparse.ArgumentParser(description="Fuzz the API by its OpenAPI document.")
    parser.add_argument("--cases", type=int, default=10_000)
    arguments = parser.parse_args()
    schema.app = Compressing(schema.app)
    result: Any = schema.get_all_operations()
    operations = [each.ok() for each in result]
    each = max(1, arguments.cases // (2 * len(operations)))
    statuses: Counter[int] = Counter()
    failures: list[str] = []

    def check(case: Any) -> None:
        case.query = {name: _written(value) for name, value in case.query.items()}
        response = case.call(headers=HEADERS)
        statuses[response.status_code] += 1
        try:
            case.validate_response(response)
        except FailureGroup as error:  # printed at the end with all others
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
            check(case)

        single()
    _sequences(arguments.cases // 2, statuses, failures)
    print(f"{sum(statuses.values())} requests: {dict(sorted(statuses.items()))}")
    for failure in failures[:20]:
        print(failure[:500])
    print("FAILED" if failures else "passed")
    return 1 if failures else 0


def _written(value: Any) -> Any:
    """Format an integer for a URL; in JSON Schema 2.0 is an integer too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sequences(cases: int, statuses: Counter[int], failures: list[str]) -> None:
    """Send sequences of requests that follow links in responses.

    A stateful service responds differently to a repeated sequence. Where Hypothesis reports this
    as flaky, another batch of sequences starts.
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
            except FailureGroup as error:  # printed at the end with all others
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
