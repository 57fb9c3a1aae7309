"""Small files with one trait each; `expected.json` contains the expected columns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from tests.trainlet.readers.files import Files
from trainlet.datasets import Profile

FOLDER = Path(__file__).parents[2] / "data" / "tables"
CASES: list[dict[str, Any]] = orjson.loads((FOLDER / "expected.json").read_bytes())


def by_trait(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case["trait"] for case in cases])


def arguments(case: dict[str, Any]) -> dict[str, Any]:
    content = (FOLDER / case["file"]).read_bytes()
    kind = case.get("media_type", "text/csv")
    return {"content": content, "kind": kind, **case.get("options", {})}


def as_read(files: Files, profile: Profile) -> dict[str, Any]:
    """Return the columns with the values that their numbers encode."""
    columns = {}
    for place, detail in enumerate(profile.details):
        column, numbers = detail.column, files.matrix(profile)[:, place].tolist()
        values = [value_of(number, column) for number in numbers]
        columns[column.name] = {
            "type": column.type,
            "values": None if column.type == "text" else values,
        }
    return columns


def value_of(number: float, column: Any) -> Any:
    if number != number:  # noqa: PLR0124
        return None
    if column.type == "category":
        return column.categories[int(number)]
    if column.type == "date":
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)
        text = moment.replace(tzinfo=None).isoformat()
        return text.removesuffix("T00:00:00")
    return bool(number) if column.type == "boolean" else number


@by_trait([case for case in CASES if "columns" in case])
def test_a_file_reads_as_expected(case: dict[str, Any], files: Files) -> None:
    profile = files.read(**arguments(case))
    assert as_read(files, profile) == case["columns"]
    assert list(as_read(files, profile)) == list(case["columns"])
    assert profile.renamed == case.get("renamed", {})
    header = any(text.startswith("header") for text in profile.read_as)
    csv = "parquet" not in profile.read_as and profile.read_as != ("JSON Lines",)
    assert header == (csv and case.get("header", True))
    expected = case.get("warnings", [])
    assert len(profile.warnings) == len(expected)
    for text, warning in zip(expected, profile.warnings, strict=True):
        assert text in warning
    details = {detail.column.name: detail for detail in profile.details}
    for name, reason in case.get("reasons", {}).items():
        assert details[name].reason == reason
    for name, markers in case.get("markers", {}).items():
        assert details[name].markers == markers


@by_trait([case for case in CASES if "error" in case])
def test_an_error_names_the_place(case: dict[str, Any], files: Files) -> None:
    assert files.failure(**arguments(case)).startswith(case["error"])


@by_trait([case for case in CASES if case.get("duckdb")])
def test_duckdb_reads_the_same(case: dict[str, Any]) -> None:
    path = str(FOLDER / case["file"])
    result = duckdb.connect().execute("SELECT * FROM read_csv(?)", [path])
    names = [column[0] for column in result.description or ()]
    columns = dict(zip(names, zip(*result.fetchall(), strict=True), strict=True))
    for name, column in case["columns"].items():
        values = [str(value) if hasattr(value, "year") else value for value in columns[name]]
        assert values == column["values"]


def test_each_file_has_its_expectation() -> None:
    present = {path.name for path in FOLDER.iterdir()} - {"expected.json"}
    assert present == {case["file"] for case in CASES}
