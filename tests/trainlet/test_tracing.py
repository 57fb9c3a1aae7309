"""Tracing: off by default, with an error message if it cannot work."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.end_to_end.collector import Collector
from trainlet import tracing

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with Collector() as collector:
        monkeypatch.setenv(ENDPOINT, collector.url)
        yield collector
        tracing.end()


def test_where_no_one_wants_them_nothing_is_imported() -> None:
    code = (
        "import sys, service.app, worker.rq_worker; from trainlet import tracing;"
        "tracing.prepare(); tracing.begin('a');\n"
        "with tracing.span('a') as span: span.set_attributes(b=1); span.fail('c')\n"
        "imported = {'trainlet._spans', 'opentelemetry.exporter'} & set(sys.modules)\n"
        "sys.exit(tracing.is_on() or bool(imported))"
    )
    assert subprocess.run([sys.executable, "-c", code], env={}, check=False).returncode == 0


@pytest.mark.parametrize(
    ("environ", "place"),
    [
        ({}, None),
        ({ENDPOINT: ""}, None),
        ({ENDPOINT: "http://a:1"}, "http://a:1"),
        ({ENDPOINT: "http://a:1", "OTEL_SDK_DISABLED": "true"}, None),
        ({ENDPOINT: "http://a:1", "OTEL_TRACES_EXPORTER": "none"}, None),
        ({ENDPOINT: "a", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "b"}, "b"),
    ],
)
def test_where_they_go_is_what_the_environment_states(
    environ: dict[str, str], place: str | None
) -> None:
    assert tracing.endpoint(environ) == place
    assert tracing.error(environ) is None


@pytest.mark.parametrize("missing", ["opentelemetry", "opentelemetry.sdk"])
def test_without_the_extra_the_start_states_so(
    missing: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def find(name: str) -> object:
        if name == missing:
            return None
        if name.startswith(f"{missing}."):
            raise ModuleNotFoundError(name)
        return object()

    monkeypatch.setattr(tracing, "find_spec", find)
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    with caplog.at_level(logging.WARNING):
        tracing.prepare()
        tracing.begin("a")
    assert "pip install 'trainlet[tracing]'" in caplog.text
    assert not tracing.is_on()


def test_another_protocol_is_refused_in_words() -> None:
    environ = {ENDPOINT: "http://a:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}
    assert "OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf, not grpc" in str(
        tracing.error(environ)
    )


def test_spans_are_parts_of_each_other_and_of_a_named_parent(collector: Collector) -> None:
    tracing.begin("service")
    outermost = tracing.span("outer", PARENT, nothing=None, trainlet__job="a")
    with outermost, tracing.span("inner") as inner:
        inner.fail("it did")
        assert tracing.trace_id() == PARENT.split("-")[1]
        named = tracing.traceparent()
    tracing.end()
    outer, payload = collector.named("outer"), collector.named("inner")
    assert f"00-{outer.trace}-{payload.id}-01" == named
    assert (outer.trace, outer.parent) == (PARENT.split("-")[1], PARENT.split("-")[2])
    assert outer.about == {"trainlet.job": "a"}
    assert (payload.parent, payload.failed, payload.service) == (outer.id, True, "service")
    assert tracing.traceparent() is None


@pytest.mark.parametrize("parent", ["", "nonsense", "00-0-0-01", "00-" + "0" * 32 + "-1-01", "\n"])
def test_a_parent_that_is_none_leaves_a_span_without_one(parent: str, collector: Collector) -> None:
    tracing.begin("service")
    with tracing.span("alone", parent):
        pass
    tracing.end()
    assert collector.named("alone").parent == ""


def test_a_parent_that_is_not_sampled_is_reported_to_no_one(collector: Collector) -> None:
    tracing.begin("service")
    with tracing.span("quiet", PARENT.removesuffix("1") + "0"), tracing.span("too"):
        assert str(tracing.traceparent()).endswith("-00")
    tracing.end()
    assert collector.spans == []


def test_what_is_raised_is_not_reported(collector: Collector) -> None:
    tracing.begin("service")
    with pytest.raises(ValueError, match="secret"), tracing.span("broken"):
        raise ValueError("a secret")
    tracing.end()
    assert collector.named("broken").about == {}
