"""Tests of DataFrames and other tables; the expected values are those of pandas."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import httpx
import numpy as np
import pandas
import pytest

from tests.service.specs import circles
from tests.service.training import train
from trainlet import Client, presets
from trainlet.client.points import plain
from trainlet.client.prediction import Prediction
from trainlet.client.table import read_table
from trainlet.client.values import to_json
from trainlet.errors import PermissionDeniedError, ValidationError
from trainlet.store import Store


@pytest.fixture
def client(api: httpx.WSGITransport, store: Store) -> Client:
    train(store, circles())
    return Client("http://service.test", transport=api)


FRAME = pandas.DataFrame({"label": [1, 0], "x2": [3.0, 2.0], "x1": [1.0, 2.0]}, index=[7, 9])


class Duck:
    """DataFrame of another library, with one list per column."""

    columns = ("x2", "x1")

    def __getitem__(self, name: str) -> list[float]:
        return {"x2": [3.0, 2.0], "x1": [1.0, 2.0]}[name]


@pytest.mark.parametrize(
    "points",
    [
        FRAME,
        FRAME[["x1", "x2"]].to_numpy(),
        FRAME[["x1", "x2"]].to_records(index=False),
        FRAME[["x1", "x2"]].set_axis([0, 1], axis=1),
        FRAME[["x1", "x2"]].to_dict("records"),
        FRAME[["x1", "x2"]].to_dict("list"),
        [FRAME[["x1", "x2"]].iloc[0], FRAME[["x1", "x2"]].iloc[1]],
        ((x, y) for x, y in [(1.0, 3.0), (2.0, 2.0)]),
        Duck(),
    ],
)
def test_tables_are_predicted_as_their_rows(client: Client, points: Any) -> None:
    expected = client.predict("circles", [[1.0, 3.0], [2.0, 2.0]])
    assert client.predict("circles", points) == expected


def test_one_row_is_a_dict_or_a_series(client: Client) -> None:
    expected = client.predict("circles", [[1.0, 3.0]])
    assert client.predict("circles", {"x2": 3, "x1": 1}) == expected
    assert client.predict("circles", FRAME.iloc[0]) == expected


def test_tables_without_a_column_are_value_errors(client: Client) -> None:
    with pytest.raises(ValueError, match="must have the column 'x1', not only a, x2"):
        client.predict("circles", pandas.DataFrame({"a": [1], "x2": [1]}))
    with pytest.raises(ValueError, match="'a' twice"):
        client.predict("circles", pandas.DataFrame([[1, 2]], columns=["a", "a"]))
    with pytest.raises(ValueError, match="same length"):
        client.predict("circles", {"x1": [1, 2], "x2": [1]})
    for wrong in ("12", {1, 2}, 7, None):
        with pytest.raises(TypeError, match="#/points: must be"):
            client.predict("circles", wrong)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (pandas.Timestamp("2024-05-31T12:00:00Z"), "2024-05-31T12:00:00+00:00"),
        (np.datetime64("2024-05-31"), "2024-05-31"),
        (np.datetime64("2024-05-31T01:02:03.5", "ns"), "2024-05-31T01:02:03.500000"),
        (date(2024, 5, 31), "2024-05-31"),
        (np.bool_(1), True),
        (np.int8(-3), -3),
        (np.float32(0.5), 0.5),
        (np.longdouble(0.5), 0.5),
        (np.uint64(2**64 - 1), 2**64 - 1),
        (np.str_("a"), "a"),
        (float("nan"), None),
        (np.float32("nan"), None),
        (pandas.NaT, None),
        (pandas.NA, None),
        (np.datetime64("NaT"), None),
        (None, None),
    ],
)
def test_values_become_json(value: Any, expected: Any) -> None:
    assert json.loads(json.dumps(plain([[value]]))) == [[expected]]
    assert type(plain([[value]])[0][0]) is type(expected)


@pytest.mark.parametrize(
    ("value", "error"),
    [(1j, TypeError), (b"a", TypeError), (object(), TypeError), (float("inf"), ValueError)],
)
def test_invalid_values_are_located(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="#/points/1/b: must be"):
        plain([{"b": 1}, {"b": value}])


def test_masked_values_are_missing() -> None:
    assert plain(np.ma.MaskedArray([[1.0, 2.0]], [[False, True]])) == [[1.0, None]]


def test_a_series_is_a_column_by_its_name() -> None:
    table = read_table(pandas.Series([1, 2], name="x1"))
    assert table is not None
    assert table.columns == {"x1": [1, 2]}
    assert to_json(pandas.Series(["a", None]), ("targets",)) == ["a", None]


def test_inline_data_may_be_a_frame() -> None:
    sent: list[Any] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return httpx.Response(422, json={"detail": "no"})

    source = {"type": "inline", "inputs": FRAME[["x1", "x2"]], "targets": FRAME["label"]}
    with Client("http://service.test", transport=httpx.MockTransport(handler)) as client:
        for spec in ({"dataset": {"source": source}}, presets.load("xor")):
            with pytest.raises(Exception, match="no"):
                client.submit(spec)  # type: ignore[arg-type]
    inline = {"type": "inline", "inputs": [[1.0, 3.0], [2.0, 2.0]], "targets": [1, 0]}
    assert sent == [{"dataset": {"source": inline}}, presets.load("xor").spec]


def test_predictions_are_converted_to_arrays() -> None:
    labels = Prediction("m", 1, [[0.5], [1.0]], ["a", "b"], None).to_numpy()
    assert labels.labels is not None
    assert (labels.outputs.shape, labels.labels.tolist(), labels.values) == (
        (2, 1),
        ["a", "b"],
        None,
    )
    values = Prediction("m", 1, [[0.5]], None, [[5.0]]).to_numpy()
    assert values.values is not None
    assert values.values.dtype == np.float64


def test_downloads_do_not_replace_files(client: Client, tmp_path: Any) -> None:
    target = tmp_path / "model"
    target.write_bytes(b"before")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        client.download("circles", target)
    assert target.read_bytes() == b"before"
    client.download("circles", target, overwrite=True)
    assert target.read_bytes() != b"before"


def test_explanations_and_evaluations_take_tables(client: Client) -> None:
    each = client.explain_points("circles", FRAME)
    one = client.explain("circles", FRAME.iloc[[1]])
    assert [result.output for result in each] == [
        pytest.approx(client.explain("circles", point).output) for point in ([1, 3], [2, 2])
    ]
    assert (one.output, one.unit) == (pytest.approx(each[1].output), each[1].unit)
    with pytest.raises(ValueError, match="must be one row, not 2"):
        client.explain("circles", FRAME)
    inputs, targets = FRAME[["x1", "x2"]].to_numpy(np.float32), FRAME["label"].to_numpy()
    arrays = {"type": "inline", "inputs": inputs, "targets": targets}
    lists = {"type": "inline", "inputs": [[1, 3], [2, 2]], "targets": [1, 0]}
    assert client.evaluate("circles", arrays).metrics == client.evaluate("circles", lists).metrics


def test_a_key_with_only_the_scope_predict_sends_tables_by_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = client.predict("circles", [[1, 3], [2, 2]]).outputs

    def denied(*_: Any) -> None:
        raise PermissionDeniedError("the key is for predict alone")

    monkeypatch.setattr(client, "model", denied)
    assert client.predict("circles", FRAME[["x2", "x1"]]).outputs == expected
    with pytest.raises(ValidationError) as refused:
        client.predict("circles", FRAME)
    assert {error.pointer for error in refused.value.errors} >= {"#/points/0/label"}
