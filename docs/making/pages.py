"""The reference: pages on the spec, the calls and the settings, derived from the declarations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING
from dataclasses import fields as dataclass_fields
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from docs.making.words import Schema, allowed, row, table, written
from service.app import create_app
from trainlet.config import allowed as allowed_words
from trainlet.config import fields
from trainlet.queue import Queue, connect
from trainlet.settings import Settings, variable
from trainlet.store import Store

REFERENCE = Path(__file__).parents[1] / "reference"
MADE = "<!-- Made by `python -m docs.making` from the declarations in the code. -->\n"
SPEC_HEAD = """\
What the parts mean is told in [concepts](../concepts/README.md). A string is short for
`{"type": that string}` where the rest has defaults. Unknown fields are errors.
"""
API_HEAD = """\
Errors answer `application/problem+json` (RFC 9457), with every fault and its JSON pointer; lists
answer `data` and the cursor `next`. A running service has the same as an OpenAPI 3.1 document at
`/openapi.json`, and shows it at `/docs`, with examples. Times are RFC 3339 in UTC.
Request bodies may be sent with `Content-Encoding: gzip`: size limits count the decoded bytes, and
other encodings return `415`. A key that occurs twice in a JSON object returns `400` with its
location.
"""

SETTINGS_HEAD = """\
From the environment, read once at the start of each process; whatever is wrong with them is told
at once.
"""

METHODS = ("get", "post", "put", "delete")
SPEC_ROOTS = ("JobSpec",)
WELL = ("200", "201", "202", "204")


def pages() -> dict[str, str]:
    """All pages by file name."""
    document = openapi()
    return {
        "spec.md": spec_page(document),
        "api.md": api_page(document),
        "settings.md": settings_page(),
    }


@cache
def openapi() -> Schema:
    """The document as the service serves it."""
    with TemporaryDirectory() as folder:
        nowhere = Queue(connect(f"unix://{folder}/none"))
        app = create_app(Settings(), Store(Path(folder).as_uri()), nowhere)
        document: Schema = app.test_client().get("/openapi.json").get_json()
    return document


def reachable(schemas: Schema, roots: tuple[str, ...]) -> list[str]:
    """The names of schemas that these lead to, each behind the first that leads to it."""
    results: list[str] = []

    def visit(name: str) -> None:
        if name not in results:
            results.append(name)
            for other in _references(schemas[name]):
                visit(other)

    for root in roots:
        visit(root)
    return results


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for name, inner in value.items():
            if name not in ("discriminator", "default", "example", "examples"):
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def spec_page(document: Schema) -> str:
    """What a job's spec can say."""
    schemas = document["components"]["schemas"]
    names = reachable(schemas, SPEC_ROOTS)
    parts = [
        "# The spec, field by field\n",
        MADE,
        SPEC_HEAD,
    ]
    kinds = {kind: name for name in names for kind in _members(schemas[name])}
    for name in names:
        if name not in kinds:
            parts += _section(name, schemas, 2, _linked(names, ""))
            for member in _members(schemas[name]):
                parts += _section(member, schemas, 3, _linked(names, ""))
    return "\n".join(parts)


def _members(schema: Schema) -> list[str]:
    """The kinds of a family."""
    mapping = next(
        (each["discriminator"]["mapping"] for each in schema.get("anyOf", ()) if "oneOf" in each),
        schema.get("discriminator", {}).get("mapping", {}),
    )
    return [path.rpartition("/")[2] for path in mapping.values()]


def _section(name: str, schemas: Schema, level: int, link: Any) -> list[str]:
    schema = schemas[name]
    title = [f"{'#' * level} {name}\n", f"{schema.get('description', '')}\n"]
    members = _members(schema)
    if members:
        listed = (
            f"[`{schemas[one]['properties']['type']['const']}`]({_anchor(one)})" for one in members
        )
        return [*title, f"One of {', '.join(listed)}.\n"]
    return [*title, f"{table(schema, link)}\n"] if schema.get("properties") else title


def _anchor(name: str) -> str:
    return f"#{name.lower()}"


def _linked(names: list[str], page: str) -> Any:
    def link(name: str) -> str:
        return f"[{name}]({page if name in names else ''}{_anchor(name)})"

    return link


def api_page(document: Schema) -> str:
    """Every call, with what it takes and answers."""
    schemas = document["components"]["schemas"]
    spec = reachable(schemas, SPEC_ROOTS)
    link = _linked(spec, "spec.md")
    parts = [
        "# The HTTP API\n",
        MADE,
        API_HEAD,
    ]
    for tag in document["tags"]:
        parts.append(f"## {tag['name'].capitalize()}\n\n{tag['description']}\n")
        for path, about in document["paths"].items():
            for method in METHODS:
                if tag["name"] in about.get(method, {}).get("tags", ()):
                    given = [*about.get("parameters", ()), *about[method].get("parameters", ())]
                    parts += _call(method, path, about[method], given, link)
    parts.append("## What is answered\n")
    for name in schemas:
        if name not in spec:
            parts += _section(name, schemas, 3, link)
    return "\n".join(parts)


def _call(
    method: str, path: str, about: Schema, parameters: list[Schema], link: Any
) -> Iterator[str]:
    yield f"### {method.upper()} {path}\n"
    yield f"{about['summary']}\n"
    if "description" in about:
        yield f"{about['description']}\n"
    if parameters:
        yield "| parameter | in | allowed | default | meaning |\n|---|---|---|---|---|"
        for each in parameters:
            default = "required" if each.get("required") else written(each["schema"])
            cells = allowed(each["schema"], link), default, each.get("description", "")
            yield row(f"`{each['name']}`", each["in"], *cells)
        yield ""
    if "requestBody" in about:
        yield f"Takes {_content(about['requestBody']['content'], link)}.\n"
    for status, response in sorted(about["responses"].items()):
        if status in WELL:
            content = _content(response.get("content", {}), link) or "nothing"
            yield f"Answers `{status}` with {content}."
    problems = [f"`{status}`" for status in sorted(about["responses"]) if status not in WELL]
    yield f"{'Problems: ' + ', '.join(problems) + '.' if problems else ''}\n"


def _content(content: Schema, link: Any) -> str:
    return " or ".join(
        f"{allowed(each['schema'], link)} (`{kind}`)" for kind, each in content.items()
    )


def settings_page() -> str:
    """Every setting."""
    given = {field.name: field.default is not MISSING for field in dataclass_fields(Settings)}
    rows = [
        row(
            f"`{variable(field.name)}`",
            f"`{field.default}`" if given[field.name] and field.default is not None else "",
            field.description,
            allowed_words(field.annotation),
        )
        for field in fields(Settings)
    ]
    head = "| variable | default | meaning | allowed |\n|---|---|---|---|"
    return "\n".join(["# Settings\n", MADE, SETTINGS_HEAD, head, *rows, ""])
