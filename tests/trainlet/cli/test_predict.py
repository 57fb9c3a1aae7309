from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from tests.trainlet.client.reading import ReadingApi
from trainlet.store import Store


@pytest.fixture
def models(api: httpx.WSGITransport, store: Store) -> httpx.WSGITransport:
    train(store, line())
    train(store, circles())
    return api


def test_values_are_csv(models: httpx.WSGITransport) -> None:
    answer = run(models, "predict", "line", "-", given="1\n\n2.5\n")
    assert (answer.exit_code, answer.stdout) == (0, "value_1\n2.0\n5.0\n")


def test_labels_come_before_the_outputs(models: httpx.WSGITransport) -> None:
    answer = run(models, "predict", "circles", "-", given="1,3\n")
    header, row = answer.stdout.splitlines()
    assert header == "label,output_1"
    label, output = row.split(",")
    assert label == str(int(float(output) > 0.5))


def test_a_header_finds_the_columns_by_name(models: httpx.WSGITransport, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("﻿x2,note,x1\r\n3,what,1\r\n", encoding="utf-8")
    named = run(models, "predict", "circles", str(file), "--json")
    plain = run(models, "predict", "circles", "-", "--json", given="1,3")
    assert json.loads(named.stdout) == json.loads(plain.stdout)
    assert json.loads(plain.stdout)["model"] == {"name": "circles", "version": 1}


def test_booleans_are_those_of_files(reading_api: ReadingApi, store: Store) -> None:
    content = b"size,ripe,good\n1,true,true\n2,false,false\n8,true,true\n9,,false\n"
    dataset = run(reading_api, "upload", "-", "--quiet", given=content).stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    learned = {"source": source, "preparation": {"target": "good", "missing": "mean"}}
    train(store, circles() | {"name": "good", "dataset": learned})
    answer = run(reading_api, "predict", "good", "-", given="size,ripe\n1,true\n2,\n")
    assert answer.exit_code == 0, answer.output
    assert {row.split(",")[0] for row in answer.stdout.splitlines()[1:]} <= {"true", "false"}
    numbers = run(reading_api, "backpropagate", "good", "-", given="1,true,false\n")
    assert numbers.stdout.startswith("cost "), numbers.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "<stdin> is empty; the model wants x1, x2"),
        ("\n \n", "<stdin> is empty"),
        ("x1,x2\n", "<stdin> has a header and no points"),
        ("x1,y\n1,2\n", "<stdin> lacks x2; the model wants x1, x2, and the file has x1, y"),
        ("1,2\n3\n", "<stdin>:2 has 1 column; the model wants 2: x1, x2"),
        ("1,2,3\n", "<stdin>:1 has 3 columns; the model wants 2"),
        ("x1,x2\n1\n", "<stdin>:2 has 1 column"),
        (b"\xff,1\n", "<stdin> is not UTF-8"),
        ("1,2\n\n3,huh\n", "<stdin> is wrong in 1 place:\n  <stdin>:3  #/points/1/1: "),
        ("1,2\n3,\n", "<stdin> is wrong in 1 place:\n  <stdin>:2  #/points/1/1: "),
        ("1,inf\n", "<stdin> is wrong in 1 place:\n  <stdin>:1  #/points/0/1: "),
    ],
)
def test_what_is_no_table_of_points_is_told(
    given: str | bytes, told: str, models: httpx.WSGITransport
) -> None:
    answer = run(models, "predict", "circles", "-", given=given)
    assert answer.exit_code == 3, answer.output
    assert answer.stderr.startswith(f"Error: {told}")
    assert answer.stdout == ""


def test_an_unknown_model_or_version_ends_with_4(models: httpx.WSGITransport) -> None:
    assert run(models, "predict", "nope", "-", given="1").exit_code == 4
    assert run(models, "predict", "line", "-", "--version", "9", given="1").exit_code == 4
