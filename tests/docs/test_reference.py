"""Generated pages are up to date."""

from __future__ import annotations

import pytest

from docs.making import wording
from docs.making.pages import METHODS, REFERENCE, openapi, pages
from docs.making.pictures import PAGE, PICTURES, WANTED, spec


@pytest.mark.parametrize("name", ["api.md", "settings.md", "spec.md"])
def test_generated_page_is_current(name: str) -> None:
    text = (REFERENCE / name).read_text(encoding="utf-8")
    assert text == pages()[name], "run: python -m docs.making"


def test_every_endpoint_and_field_is_documented() -> None:
    payload = pages()["api.md"] + pages()["spec.md"]
    for path, about in openapi()["paths"].items():
        for method in METHODS:
            assert (f"### {method.upper()} {path}\n" in payload) == (method in about)
    for schema in openapi()["components"]["schemas"].values():
        for field in schema.get("properties", ()):
            assert f"| `{field}` |" in payload


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, "integer from 1 to 9"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 1e9}, "number above 0 to 1e+09"),
        ({"anyOf": [{"type": "number"}, {"type": "null"}], "minimum": 1}, "number or null from 1"),
        ({"enum": ["", "a"]}, '`""`, `a`'),
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Layer"}}, "list of <Layer>"),
        (
            {"type": "object", "additionalProperties": {"type": "boolean"}},
            "object of boolean",
        ),
        ({"type": "string", "format": "binary"}, "file"),
        ({}, "object"),
    ],
)
def test_schema_becomes_words(schema: wording.Schema, message: str) -> None:
    assert wording.allowed(schema, lambda name: f"<{name}>") == message


def test_every_picture_can_be_generated() -> None:
    assert {path.name for path in PICTURES.iterdir()} == {*WANTED, PAGE}
    assert spec()["name"] == "circles"
    for name in (*WANTED, PAGE):
        assert (PICTURES / name).read_bytes().startswith(b"\x89PNG")
        assert (PICTURES / name).stat().st_size < 150_000
