from __future__ import annotations

import json

import pytest

from trainlet.cli._location import location

TEXT = """{
  "a/b": [1, {"x": "}]\\""},
    [], {}],
  "c": {"d": null}, "c": {"e": 2.5}
}"""


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ((), "{\n"),
        (("a/b",), "[1,"),
        (("a/b", 1), '{"x"'),
        (("a/b", 1, "x"), '"}]'),
        (("a/b", 3), "{}]"),
        (("c", "e"), "2.5"),
        (("c", "missing", 3), '{"e"'),
        (("a/b", 9), "[1,"),
        (("a/b", 0, "deeper"), "1,"),
    ],
)
def test_a_path_leads_to_its_value(path: tuple[str | int, ...], name: str) -> None:
    json.loads(TEXT)
    line, column = location(TEXT, path)
    assert "\n".join(TEXT.splitlines()[line - 1 :])[column - 1 :].startswith(name)


def test_a_name_of_digits_is_found() -> None:
    assert location('{"7": 1}', (7,)) == (1, 7)
