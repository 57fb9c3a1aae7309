from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from tests.trainlet.client.reading import ReadingApi
from trainlet.client import Client
from trainlet.store import Store


@pytest.fixture
def models(api: httpx.WSGITransport, store: Store) -> httpx.WSGITransport:
    train(store, line())
    train(store, circles())
    return api


def test_importances_are_printed_in_descending_order(models: httpx.WSGITransport) -> None:
    response = run(models, "model", "explain", "circles", "--repeats", "3")
    assert response.exit_code == 0, response.output
    first, second, _, head, *columns = response.stdout.splitlines()
    assert first.endswith("each column shuffled 3 times")
    assert second.startswith("  unshuffled: loss 0.")
    assert head == "column  loss increase  std"
    assert {line.split()[0] for line in columns} == {"x1", "x2"}
    rises = [float(line.split()[1]) for line in columns]
    assert rises == sorted(rises, reverse=True)


def test_each_prediction_is_attributed_to_its_features(models: httpx.WSGITransport) -> None:
    response = run(models, "model", "explain", "line", "-", stdin="x1\n1\n3\n")
    assert response.stdout.splitlines()[:4] == [
        "output 2",
        "",
        "feature  input  gradient  gradient x input",
        "x1       1      2         2",
    ]
    response = run(models, "model", "explain", "line", "-", "--json", stdin="1\n3\n")
    points = [json.loads(line)["point"] for line in response.stdout.splitlines()]
    assert [point["output"] for point in points] == [2, 6]
    assert points[1]["features"][0]["gradient"] == 2


def test_the_training_file_is_explained_in_many_requests(
    reading_api: ReadingApi, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "good.csv"
    rows = [f"{number},5;{number % 2};{'ab'[number % 2]}" for number in range(150)]
    file.write_text("size;kind;good\n" + "\n".join([*rows, "huh;0;a"]))
    options = ["--decimal", "comma", "--column", "kind=category", "--missing", "huh", "--quiet"]
    dataset = run(reading_api, "dataset", "upload", str(file), *options).stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    learned = {"source": source, "preprocessing": {"target": "good", "missing": "mean"}}
    train(store, circles() | {"name": "good", "dataset": learned})
    result = run(reading_api, "model", "explain", "good", str(file), "--json")
    assert result.exit_code == 0, result.output
    points = [json.loads(line)["point"] for line in result.stdout.splitlines()]
    with Client("http://service.test", transport=reading_api) as client:
        one = client.explain("good", {"size": 149.5, "kind": "1"})
        assert points[149]["output"] == pytest.approx(one.output, rel=1e-5)
        numbers = client.backpropagate("good", [{"size": 0.5, "kind": "0"}], ["a"]).document
    assert len(points) == 151
    wrong = run(reading_api, "model", "explain", "good", str(file), "--missing", "NA")
    assert wrong.stderr.startswith(
        f"Error: {file} has 1 error:\n  {file}:152  #: column size: must be a number"
    )
    file.write_text("good;kind;size\na;0;0,5\n")
    response = run(reading_api, "model", "backpropagate", "good", str(file), "--json")
    assert json.loads(response.stdout) == numbers


@pytest.mark.parametrize(
    ("stdin", "arguments", "code", "message"),
    [
        ("1\nx\n", ["line", "-"], 3, "<stdin> has 1 error:\n  <stdin>:2  #: column x1: "),
        ("1\n1,2\n", ["line", "-"], 3, "<stdin> has 1 error:\n  <stdin>:2  #: has 2 v"),
        ("", ["line", "-"], 3, "<stdin> is empty"),
        ("", ["nothing"], 4, "There is no model 'nothing'"),
    ],
)
def test_points_that_cannot_be_explained_are_reported(
    stdin: str, arguments: list[str], code: int, message: str, models: httpx.WSGITransport
) -> None:
    response = run(models, "model", "explain", *arguments, stdin=stdin)
    assert response.exit_code == code, response.output
    assert response.stderr.startswith(f"Error: {message}"), response.stderr
