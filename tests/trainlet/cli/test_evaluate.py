from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.service.multilabel import TARGETS, source, tags
from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from tests.trainlet.client.reading import ReadingApi
from trainlet.store import Store

ROUND = '{"type": "four_circles", "samples": 50}'


@pytest.fixture
def models(reading_api: ReadingApi, store: Store) -> ReadingApi:
    train(store, circles())
    return reading_api


def test_a_source_evaluates(models: ReadingApi) -> None:
    response = run(models, "model", "evaluate", "circles", "--source", ROUND, "--worst", "1")
    assert response.exit_code == 0, response.output
    lines = response.stdout.splitlines()
    assert lines[0] == "circles version 1 on 50 rows"
    assert lines[1].startswith("  loss ")
    table = lines[5:8]
    assert [line.split()[0] for line in table] == ["0", "0", "1"]
    assert sum(int(count) for line in table[1:] for count in line.split()[1:]) == 50
    assert lines[-2] == "row  true  predicted"
    document = json.loads(
        run(models, "model", "evaluate", "circles", "--source", ROUND, "--json").stdout
    )
    assert (document["rows"], len(document["worst"])) == (50, 3)


def test_a_source_may_be_its_type(models: ReadingApi) -> None:
    assert "3000 rows" not in run(models, "model", "evaluate", "circles", "--source", "xor").stdout


def test_a_file_is_uploaded_before_the_evaluation(
    models: ReadingApi, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "fruit.csv"
    file.write_text("size,fruit\n1,apple\n2,apple\n8,banana\n9,banana\n")
    dataset = run(models, "dataset", "upload", str(file), "--quiet").stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    preprocessing = {"target": "fruit"}
    train(
        store,
        circles()
        | {"name": "fruit", "dataset": {"source": source, "preprocessing": preprocessing}},
    )
    by_file = run(models, "model", "evaluate", "fruit", str(file))
    assert by_file.stdout.startswith("fruit version 1 on 4 rows\n"), by_file.output
    assert run(models, "model", "evaluate", "fruit", "--dataset", dataset).stdout == by_file.stdout
    piped = run(models, "model", "evaluate", "fruit", "-", stdin=file.read_bytes())
    assert piped.stdout == by_file.stdout


def test_a_file_of_another_media_type_takes_only_the_options_it_has(
    models: ReadingApi, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "fruit.csv"
    file.write_text("size;fruit\n1,5;apple\n2;apple\n8;banana\n-;banana\n")
    options = "--decimal", "comma", "--missing=-"
    dataset = run(models, "dataset", "upload", str(file), "--quiet", *options).stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    preprocessing = {"target": "fruit", "missing": "mean"}
    train(
        store,
        circles()
        | {"name": "fruit", "dataset": {"source": source, "preprocessing": preprocessing}},
    )
    expected = run(models, "model", "evaluate", "fruit", str(file))
    assert expected.stdout.startswith("fruit version 1 on 4 rows\n"), expected.output
    rows: list[tuple[Any, str]] = [(1.5, "apple"), (2, "apple"), (8, "banana"), ("-", "banana")]
    lines = [json.dumps({"size": size, "fruit": fruit}) + "\n" for size, fruit in rows]
    (tmp_path / "fruit.jsonl").write_text("".join(lines))
    result = run(models, "model", "evaluate", "fruit", str(tmp_path / "fruit.jsonl"))
    assert result.stdout == expected.stdout, result.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["circles"], 2),
        (["circles", "--source", "xor", "--dataset", "0"], 2),
        (["circles", "--source", "{"], 2),
        (["circles", "--source", "nothing"], 3),
        (["circles", "--source", '{"type": "xor", "samples": 0}'], 3),
        (["nobody", "--source", "xor"], 4),
    ],
)
def test_errors_are_reported(arguments: list[str], code: int, models: ReadingApi) -> None:
    assert run(models, "model", "evaluate", *arguments).exit_code == code


def test_a_file_with_other_names_is_evaluated(
    models: ReadingApi, store: Store, tmp_path: Path
) -> None:
    train(store, line())
    file = tmp_path / "sizes.csv"
    file.write_text("id;size;price\n7;0,5;1\n8;2;5\n")
    arguments = ["--target", "price", "--columns", "x1=size", "--decimal", "comma", "--json"]
    response = run(models, "model", "evaluate", "line", str(file), *arguments)
    assert response.exit_code == 0, response.output
    document = json.loads(response.stdout)
    assert document["metrics"]["mae"] == pytest.approx(0.5)
    assert document["warnings"] == ["1 column ignored: id"]
    assert run(models, "model", "evaluate", "line", str(file), "--columns", "x1").exit_code == 2


def test_each_label_of_a_multilabel_model_has_a_line(models: ReadingApi, store: Store) -> None:
    train(store, tags())
    response = run(
        models, "model", "evaluate", "tags", "--source", json.dumps(source()), "--worst", "1"
    )
    assert response.exit_code == 0, response.output
    lines = response.stdout.splitlines()
    assert lines[5].split() == ["label", "precision", "recall", "f1", "support", "auc"]
    support = TARGETS.sum(axis=0).tolist()
    assert [line.split()[4] for line in lines[6:9]] == [str(count) for count in support]


def test_the_training_file_is_evaluated_as_it_was_read(
    reading_api: ReadingApi, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "price.csv"
    file.write_text("kind;size;price\n1;0,5;1.000\n2;1,5;3.500\n1;?;1.000\n")
    options = ["--decimal", "comma", "--thousands", "point", "--column", "kind=category"]
    dataset = run(reading_api, "dataset", "upload", str(file), *options, "--quiet").stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    spec = line()
    weights = {"type": "values", "values": [[1000], [2500], [0]]}  # kind=1, kind=2 and size
    spec["architecture"]["layers"][0]["weight_initializer"] = weights
    preprocessing = {"standardize": False, "target": "price", "missing": "mean"}
    train(store, spec | {"dataset": {"source": source, "preprocessing": preprocessing}})
    response = run(reading_api, "model", "evaluate", "line", str(file), "--json")
    assert response.exit_code == 0, response.output
    document = json.loads(response.stdout)
    assert (document["rows"], document["warnings"]) == (3, [])
    # The outputs are 1000, 2500 and 1000: one of three is off by 1000.
    assert document["metrics"]["mae"] == pytest.approx(1000 / 3)
    other = run(reading_api, "model", "evaluate", "line", str(file), "--decimal", "point", "--json")
    assert other.exit_code == 3, "0,5 is no number then"
