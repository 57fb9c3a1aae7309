from __future__ import annotations

import json
import logging
import sys

import pytest

from trainlet import logs
from trainlet.logs import Lines, fields


def record(message: str, **told: object) -> logging.LogRecord:
    made = logging.LogRecord("trainlet", logging.WARNING, "", 0, message, (), None)
    vars(made).update(fields(**told))
    return made


def test_a_line_for_people_has_names_before_values() -> None:
    line = Lines("text").format(record("request", path="/v1/a b", seconds=0.25, caller=None))
    at, rest = line.split(" ", 1)
    assert at.endswith("Z")
    assert rest == 'WARNING request path="/v1/a b" seconds=0.25'


def test_a_line_for_programs_is_json() -> None:
    document = json.loads(Lines("json").format(record("request", status=200)))
    assert (document["level"], document["message"], document["status"]) == (
        *("warning", "request"),
        200,
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_nobody_can_begin_a_line_of_his_own_or_put_a_key_into_one(form: logs.Form) -> None:
    key = "trainlet_0123456789abcdef_" + "A" * 43
    line = Lines(form).format(record(f"bad\nline {key}", path="/a\nb", word=key))
    assert "\n" not in line
    assert "AAA" not in line


def test_what_is_always_so_is_told_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_always", {})
    logs.always(job="a", request=None)
    assert Lines("text").format(record("epoch")).endswith("epoch job=a")


def test_a_trace_comes_along() -> None:
    made = record("failed")
    try:
        int("because")
    except ValueError:
        made.exc_info = sys.exc_info()
    assert "ValueError: invalid" in json.loads(Lines("json").format(made))["trace"]
    assert Lines("text").format(made).splitlines()[-1].startswith("ValueError")
