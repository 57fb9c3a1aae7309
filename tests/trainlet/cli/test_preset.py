from __future__ import annotations

import json

import httpx

from tests.trainlet.cli.command import run
from trainlet import presets

NOWHERE = httpx.MockTransport(lambda request: httpx.Response(500))


def test_presets_are_listed_with_what_they_reach() -> None:
    lines = run(NOWHERE, "preset", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines[1:]] == presets.names()
    assert "test_accuracy at least 0.97" in lines[1 + presets.names().index("four-circles")]
    (first, *_) = run(NOWHERE, "preset", "list", "--json").stdout.splitlines()
    assert json.loads(first)["name"] == presets.names()[0]


def test_a_preset_is_shown_as_a_spec() -> None:
    spec = presets.load("iris").spec
    assert json.loads(run(NOWHERE, "preset", "show", "iris").stdout) == spec
    whole = json.loads(run(NOWHERE, "preset", "show", "iris", "--json").stdout)
    assert whole["spec"] == spec
    assert whole["reaches"]["metric"] == "test_accuracy"


def test_an_unknown_preset_exits_with_4() -> None:
    assert run(NOWHERE, "preset", "show", "../xor").exit_code == 4
