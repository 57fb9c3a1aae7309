"""Predictions for tables: the same numbers as the same points in JSON, or a clear error."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line
from tests.trainlet.readers.workbook import Cell, workbook
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

Learn = Callable[..., str]

TSV = "text/tab-separated-values"
NDJSON = "application/x-ndjson"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FRUIT = (
    "size;colour;picked;ripe;fruit\n"
    "1.007,1;red;2024-05-01;True;apple\n"
    '6,9;"green; dark";2024-05-02;False;apple\n'
    "15,2;yellow;2024-05-03;True;banana\n"
    "14,8;red;2024-05-04;False;banana\n"
)
POINTS = [
    {"size": 1007.1, "colour": "red", "picked": "2024-05-01", "ripe": True},
    {"size": 6.9, "colour": "green; dark", "picked": "2024-05-02", "ripe": False},
    {"size": 15.2, "colour": "yellow", "picked": "2024-05-03", "ripe": True},
    {"size": 14.8, "colour": "red", "picked": "2024-05-04", "ripe": False},
]


@pytest.fixture
def learn(
    client: FlaskClient, train: Train, store: Store, queue: Queue, settings: Settings
) -> Learn:
    """Train on an uploaded table, and return the path of the model."""
    runner = TaskRunner(store, queue, settings)

    def train_on(
        content: str | bytes, target: Any, query: str = "", kind: str = "text/csv", **spec: Any
    ) -> str:
        headers = {"Content-Type": kind}
        response = client.post(f"/v1/datasets{query}", data=content, headers=headers)
        runner.run(BackgroundTask("read", response.get_json()["id"]))
        source = {"type": "uploaded", "id": response.get_json()["id"]}
        preprocessing = {"target": target, "missing": spec.pop("missing", "error")}
        document = (
            circles() | spec | {"dataset": {"source": source, "preprocessing": preprocessing}}
        )
        train(document)
        return f"/v1/models/{document['name']}/predict"

    return train_on


def send(
    client: FlaskClient, path: str, body: Any, media_type: str = "text/csv", **headers: str
) -> Any:
    return client.post(path, data=body, headers={"Content-Type": media_type} | headers)


def test_the_training_file_predicts_as_it_is(client: FlaskClient, learn: Learn) -> None:
    path = learn(FRUIT, "fruit", "?decimal=comma&thousands=point", name="fruit")
    expected = client.post(path, json={"points": POINTS}).get_json()
    response = send(client, path, FRUIT)
    assert response.status_code == 200, response.get_json()
    assert response.get_json() == expected | {"warnings": ["1 column ignored: fruit"]}
    again = send(client, f"{path.replace('/predict', '/versions/1/predict')}", FRUIT)
    assert again.get_json() == response.get_json()


NUMBERS = [[1234.5], [None], [2000.0], [None]]
SHEETS: dict[str, list[list[Cell]]] = {
    "First": [["size", "fruit"], [1, "apple"], [2, "banana"]],
    "Second": [
        ["size", "fruit"],
        [1234.5, "apple"],
        ["-", "banana"],
        [2000, "apple"],
        [None, "banana"],
    ],
}
LINES = (
    '{"size": 1234.5, "fruit": "apple"}\n{"size": "-", "fruit": "banana"}\n'
    '{"size": 2000, "fruit": "apple"}\n{"fruit": "banana"}\n'
)
TABBED = "size\tfruit\n1.234,5\tapple\n-\tbanana\n2.000\tapple\n\tbanana\n"
GERMAN = "?decimal=comma&thousands=point&missing=-"


@pytest.mark.parametrize(
    ("content", "query", "kind"),
    [
        (TABBED, GERMAN, TSV),
        (TABBED.replace("\t", ";"), GERMAN, "text/csv"),
        (workbook(SHEETS), "?sheet=Second&missing=-", EXCEL),
        (LINES, "?missing=-", NDJSON),
    ],
)
def test_each_kind_of_training_file_predicts_as_it_is(
    client: FlaskClient, learn: Learn, content: str | bytes, query: str, kind: str
) -> None:
    path = learn(content, "fruit", query, kind, name="kinds", missing="mean")
    expected = client.post(path, json={"points": NUMBERS}).get_json()
    others = [(LINES, NDJSON)] + [(TABBED, TSV)] * ("comma" in query)
    for _ in ("while the training file is stored", "after its deletion"):
        for table, media_type in ((content, kind), *others):
            payload = send(client, path, table, media_type).get_json()
            assert payload.get("outputs") == expected["outputs"], payload
        for dataset in client.get("/v1/datasets").get_json()["data"]:
            assert client.delete(f"/v1/datasets/{dataset['id']}").status_code == 204


@pytest.mark.parametrize(
    ("value", "texts"),
    [(1, ("1", "2")), (1.0, ("1", "2")), (2.5, ("2.5", "3")), (True, ("true", "maybe"))],
)
def test_a_number_or_boolean_is_the_category_of_its_text(
    client: FlaskClient, learn: Learn, value: Any, texts: tuple[str, str]
) -> None:
    content = f"code,size,fruit\n{texts[0]},1,apple\n{texts[1]},2,banana\n"
    path = learn(content, "fruit", "?columns.code=category", name="codes")
    expected = client.post(path, json={"points": [[texts[0], 1]]}).get_json()
    for point in ([value, 1], {"code": value, "size": 1}):
        payload = client.post(path, json={"points": [point]}).get_json()
        assert payload == expected, payload
    line = orjson.dumps({"code": value, "size": 1})
    assert send(client, path, line, NDJSON).get_json()["outputs"] == expected["outputs"]
    names: dict[str, Any] = {}
    source = client.get(path.replace("/predict", "/versions/1/standalone.py")).text
    exec(compile(source, "standalone.py", "exec"), names)
    np.testing.assert_allclose(names["predict"]([[value, 1]]), expected["outputs"], rtol=1e-5)


@pytest.mark.parametrize("value", [3, 1.5, True, [1], {"a": 1}])
def test_a_number_that_is_no_category_is_refused(
    client: FlaskClient, learn: Learn, value: Any
) -> None:
    content = "code,size,fruit\n1,1,apple\n2,2,banana\n"
    path = learn(content, "fruit", "?columns.code=category", name="codes")
    response = client.post(path, json={"points": [[value, 1]]})
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == "#/points/0/0"
    assert response.get_json()["errors"][0]["detail"] == "must be one of 1, 2"


@pytest.mark.parametrize(
    ("query", "content", "media_type"),
    [
        ("", b"x2,x1\n3,1\n2.5,2\n", "text/csv"),
        ("", b"x1\tx2\tmore\n1\t3\ta\n2\t2.5\tb\n", "text/tab-separated-values"),
        ("", b'{"x1": 1, "x2": 3}\n{"x2": 2.5, "x1": 2}\n', "application/x-ndjson"),
        ("", b"1,3\n2,2.5\n", "text/csv"),
        ("?decimal=comma", b"x1;x2\n1;3\n2;2,5\n", "text/csv"),
        ("?delimiter=pipe&comment=%23", b"x1|x2\n# no\n1|3\n2|2.5\n", "text/csv"),
        ("?encoding=latin-1", "x1,x2,größe\n1,3,0\n2,2.5,0\n".encode("latin-1"), "text/csv"),
    ],
)
def test_tables_predict_like_json(
    client: FlaskClient, train: Train, query: str, content: bytes, media_type: str
) -> None:
    train(circles())
    path = "/v1/models/circles/predict"
    expected = client.post(path, json={"points": [[1, 3], [2, 2.5]]}).get_json()
    payload = send(client, f"{path}{query}", content, media_type).get_json()
    assert payload.get("outputs") == expected["outputs"], payload
    assert payload["labels"] == expected["labels"]


def test_an_excel_file_predicts_like_json(client: FlaskClient, train: Train) -> None:
    train(circles())
    path = "/v1/models/circles/predict"
    expected = client.post(path, json={"points": [[1, 3], [2, 2.5]]}).get_json()
    content = workbook({"a": [["x1", "x2"], [1, 3], [2, 2.5]]})
    assert send(client, path, content, EXCEL).get_json()["outputs"] == expected["outputs"]


def test_csv_out_has_a_row_per_point_with_the_numbers_of_json(
    client: FlaskClient, learn: Learn
) -> None:
    labels = 'size,fruit\n1,"a, b"\n2,"say ""c"""\n3,d\n'
    layers = [{"type": "dense", "units": 3, "activation": "softmax"}]
    path = learn(labels, "fruit", name="quoted", architecture={"layers": layers})
    points = {"points": [[1], [2], [3], [40]]}
    expected = client.post(path, json=points).get_json()
    response = client.post(path, json=points, headers={"Accept": "text/csv"})
    assert response.content_type == "text/csv; charset=utf-8"
    header, *rows = csv.reader(StringIO(response.text))
    assert header == ["label", "output_a, b", "output_d", 'output_say "c"']
    assert [row[0] for row in rows] == expected["labels"]
    assert [list(map(float, row[1:])) for row in rows] == expected["outputs"]
    assert len(pd.read_csv(BytesIO(response.data))) == 4


def test_values_as_csv_are_named_like_the_target(
    client: FlaskClient, learn: Learn, train: Train
) -> None:
    train(line())
    response = send(client, "/v1/models/line/predict", "x1\n1\n-2.5\n", Accept="text/csv")
    assert response.text == "value\n2.0\n-5.0\n"
    assert send(client, "/v1/models/line/predict", "x1\n", Accept="text/csv").text == "value\n"
    layers = [{"type": "dense", "units": 1}]
    path = learn("x,price\n1,2\n2,4\n", "price", name="p", architecture={"layers": layers})
    assert send(client, path, "x\n1\n", Accept="text/csv").text.startswith("price\n")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("x1,x3\n1,2\n", "x2"),
        ("x1,x2\n1,2\n1,red\n", "line 3, column x2"),
        ("x1,x2\n1,inf\n", "column x2"),
        ("x1,x2\n1,2,3\n", "line 2"),
        ("x1,x2\n1,2\n3,NA\n", "line 3, column x2: must not be missing"),
        ("", "empty"),
        ('x1,x2\n1,"2\n', "quot"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(
    client: FlaskClient, train: Train, content: str, expected: str
) -> None:
    train(circles())
    response = send(client, "/v1/models/circles/predict", content)
    assert response.status_code == 422, response.get_json()
    assert expected in response.get_json()["errors"][0]["detail"]


def test_more_rows_than_the_limit_are_refused(client: FlaskClient, train: Train) -> None:
    train(line())
    path = "/v1/models/line/predict"
    assert send(client, path, "x1\n" + "1\n" * 1000).status_code == 200
    response = send(client, path, "x1\n" + "1\n" * 1001)
    assert response.status_code == 413
    assert "1000" in response.get_json()["detail"]


def test_media_types_and_options_are_checked(client: FlaskClient, train: Train) -> None:
    train(line())
    path = "/v1/models/line/predict"
    assert send(client, path, "x1\n1\n", "text/plain").status_code == 415
    assert send(client, path, "x1\n1\n", Accept="text/html").status_code == 406
    weighed = send(client, path, "x1\n1\n", Accept="application/json;q=0.2, text/csv;q=0.8")
    assert weighed.content_type.startswith("text/csv")
    assert send(client, path, "x1\n1\n", Accept="text/csv;q=0, */*").is_json
    response = send(client, f"{path}?delimiter=dot", "x1\n1\n")
    assert response.get_json()["errors"][0]["parameter"] == "delimiter"
    missing = send(client, f"{path}?missing=none&missing=gone", "x1\nnone\ngone\n")
    assert "line 2, column x1: must not be missing" in missing.get_json()["errors"][0]["detail"]
