from __future__ import annotations

import json

import httpx
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from trainlet.store import Store


@pytest.fixture
def models(api: httpx.WSGITransport, store: Store) -> httpx.WSGITransport:
    train(store, line())
    train(store, circles())
    return api


def test_what_columns_are_worth_is_told_the_best_first(models: httpx.WSGITransport) -> None:
    answer = run(models, "explain", "circles", "--repeats", "3")
    assert answer.exit_code == 0, answer.output
    first, second, _, head, *columns = answer.stdout.splitlines()
    assert first.endswith("each column shuffled 3 times")
    assert second.startswith("  unshuffled: loss 0.")
    assert head == "column  rise of the loss  deviation"
    assert {line.split()[0] for line in columns} == {"x1", "x2"}
    rises = [float(line.split()[1]) for line in columns]
    assert rises == sorted(rises, reverse=True)


def test_each_answer_is_told_with_what_it_rests_on(models: httpx.WSGITransport) -> None:
    answer = run(models, "explain", "line", "-", given="x1\n1\n3\n")
    assert answer.stdout.splitlines()[:4] == [
        "output 2",
        "",
        "feature  input  gradient  gradient x input",
        "x1       1      2         2",
    ]
    told = run(models, "explain", "line", "-", "--json", given="1\n3\n")
    points = [json.loads(line)["point"] for line in told.stdout.splitlines()]
    assert [point["output"] for point in points] == [2, 6]
    assert points[1]["features"][0]["gradient"] == 2


@pytest.mark.parametrize(
    ("given", "words", "code", "told"),
    [
        ("1\nx\n", ["line", "-"], 3, "<stdin> is wrong in 1 place:\n  <stdin>:2  #/points/1/0: "),
        ("1,2\n", ["line", "-"], 3, "<stdin>:1 has 2 columns; the model wants 1: x1"),
        ("", ["nothing"], 4, "there is no model 'nothing'"),
    ],
)
def test_what_cannot_be_explained_is_told(
    given: str, words: list[str], code: int, told: str, models: httpx.WSGITransport
) -> None:
    answer = run(models, "explain", *words, given=given)
    assert answer.exit_code == code, answer.output
    assert answer.stderr.startswith(f"Error: {told}"), answer.stderr
