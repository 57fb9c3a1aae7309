"""Strict JSON: duplicate keys and broken documents are rejected with their location."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import BadRequest

from service.http.problems import InvalidJSONError
from service.http.strict_json import parse
from tests.service.conftest import Train
from tests.service.specs import circles, line

JSON = {"Content-Type": "application/json"}

KEYS = st.sampled_from(["a", "b", ":", '":', "a/b", 'q"', "\\", "é", ""])
LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | KEYS | st.just("12:30:00")


class Pairs(list[tuple[str, Any]]):
    """An object as the pairs that a body writes, duplicates among them."""


DOCUMENTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(st.tuples(KEYS, inner), max_size=3).map(Pairs)
    ),
    max_leaves=12,
)


def written(value: Any, space: str) -> str:
    if isinstance(value, Pairs):
        entries = (f"{json.dumps(key)}{space}:{written(item, space)}" for key, item in value)
        return "{" + f"{space},".join(entries) + space + "}"
    if isinstance(value, list):
        return "[" + f",{space}".join(written(item, space) for item in value) + "]"
    return json.dumps(value)


def duplicates(value: Any) -> bool:
    """Return whether an object in the document has a key twice, by looking at its pairs."""
    if isinstance(value, Pairs):
        keys = [key for key, _ in value]
        return len(set(keys)) < len(keys) or any(duplicates(item) for _, item in value)
    return isinstance(value, list) and any(duplicates(item) for item in value)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.sampled_from(["", " ", "\n", "\t ", "\r\n"]))
def test_a_document_is_rejected_if_and_only_if_a_key_occurs_twice(value: Any, space: str) -> None:
    text = written(value, space)
    if not duplicates(value):
        assert parse(text.encode()) == json.loads(text)
        return
    with pytest.raises(InvalidJSONError):
        parse(text.encode())


@pytest.mark.parametrize(
    ("text", "pointer", "place"),
    [
        ('{"a": 1, "a": 1}', "#/a", "line 1, column 10"),
        ('{"a": {"b": [1, {"c": 1,\n "c": 2}]}}', "#/a/b/1/c", "line 2, column 2"),
        ('{"x": [[1, 2], [3], {"k": 1, "k": 2}]}', "#/x/2/k", "line 1, column 30"),
        ('{"a": "b:c", "d": "\\":", "d" : 1}', "#/d", "line 1, column 26"),
        ('{"a": 1, "\\u0061": 2}', "#/a", "line 1, column 10"),
        ('{"é": {"x": "ü", "x": 1}}', "#/é/x", "line 1, column 18"),
        ('[{"a": {}, "b": []}, {"a": {}, "a": 1}]', "#/1/a", "line 1, column 32"),
        ('{"": 1, "": 2}', "#/", "line 1, column 9"),
        ('{"a/b": 1, "a/b": 2}', "#/a~1b", "line 1, column 12"),
    ],
)
def test_the_location_of_a_duplicate_key_is_reported(text: str, pointer: str, place: str) -> None:
    with pytest.raises(InvalidJSONError) as caught:
        parse(text.encode())
    (error,) = caught.value.errors
    assert error.pointer == pointer
    assert place in error.detail


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"a":\n 1,}', "line 2, column 3"),
        (b'{"a" 1}', "line 1, column 6"),
        (b'{"a": NaN}', "line 1, column 7"),
        (b"[1e400]", "line 1, column 2"),
        (b'["a",\n "\\ud800"]', "line 2, column 3"),
        (b'{"a": 1} x', "line 1, column 10"),
        (b'["\xc3\xa9",\n\n \xff]', "line 3, column 2"),
        (b"", "line 1, column 1"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
        (b"[" * 2000, "line 1, column 1026"),
    ],
)
def test_the_location_of_a_syntax_error_is_reported(body: bytes, place: str) -> None:
    with pytest.raises(BadRequest, match=place):
        parse(body)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/v1/models/line/predict", b'{"points": [[1]], "points": [[2]]}', "#/points"),
        ("/v1/models/line/predict", b'{"points": [{"x1": 1, "x1": 2}]}', "#/points/0/x1"),
        ("/v1/models/line/predict?top=0", b'{"points": [], "points": []}', "#/points"),
        ("/v1/models/line/forward", b'{"points": [[1]], "points": [[2]]}', "#/points"),
        ("/v1/models/line/backpropagate", b'{"points": [], "points": []}', "#/points"),
        ("/v1/models/line/explain", b'{"seed": 1, "seed": 2}', "#/seed"),
        ("/v1/models/line/evaluate", b'{"source": {"type": 1, "type": 2}}', "#/source/type"),
        ("/v1/datasets/preview", b'{"split": 1, "split": 2}', "#/split"),
        ("/v1/step", b'{"seed": 1, "seed": 2}', "#/seed"),
        ("/v1/forward", b'{"seed": 1, "seed": 2}', "#/seed"),
        ("/v1/jobs", json.dumps(circles()).encode()[:-1] + b', "name": "other"}', "#/name"),
    ],
)
def test_every_json_body_with_a_duplicate_key_is_400(
    client: FlaskClient, train: Train, path: str, body: bytes, pointer: str
) -> None:
    train(line())
    response = client.post(path, data=body, headers=JSON)
    assert response.status_code == 400
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]


def test_an_inference_with_a_duplicate_key_is_400(client: FlaskClient, train: Train) -> None:
    train(line())
    body = b'{"id": "a", "id": "b", "inputs": []}'
    response = client.post("/v2/models/line/infer", data=body, headers=JSON)
    assert response.status_code == 400
    assert "#/id" in response.get_json()["error"]
