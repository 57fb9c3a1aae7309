from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from trainlet.store import Store

WRONG = "<stdin> has 1 error:\n  "


@pytest.fixture
def models(api: httpx.WSGITransport, store: Store) -> httpx.WSGITransport:
    train(store, line())
    train(store, circles())
    return api


def test_every_array_is_printed_with_its_equation(models: httpx.WSGITransport) -> None:
    response = run(models, "model", "backpropagate", "line", "-", stdin="1,3\n3,6\n")
    assert response.exit_code == 0, response.output
    assert response.stdout.splitlines() == [
        "cost 0.5",
        "layer 0, dense",
        "       z        [[2.], [6.]]",
        "       a        [[2.], [6.]]",
        "  BP1  delta    [[-1.], [ 0.]]",
    ]


def test_columns_are_found_by_name(models: httpx.WSGITransport, tmp_path: Path) -> None:
    file = tmp_path / "samples.csv"
    file.write_text("inside,x2,note,x1\n1,3,what,1\n0,2,ever,2\n")
    command = "model", "backpropagate", "circles"
    named = run(models, *command, str(file), "--target", "inside", "--json")
    plain = run(models, *command, "-", "--json", stdin="1,3,1\n2,2,0\n")
    assert json.loads(named.stdout) == json.loads(plain.stdout)
    reordered = run(models, *command, "-", "--json", stdin="x1,x2,inside\n1,3,1\n2,2,0\n")
    assert reordered.stdout == plain.stdout
    assert "BP2" in run(models, *command, "-", "--train", stdin="1,3,1").stdout


@pytest.mark.parametrize(
    ("stdin", "arguments", "message"),
    [
        ("", [], "<stdin> is empty"),
        ("1\n", [], f"{WRONG}<stdin>  #/target: must name 1 target column; there is"),
        ("1,2\n1,2,3\n", [], f"{WRONG}<stdin>:2  #: has 3 values, but there are 2 columns"),
        ("x1,y\n1,2\n", ["--target", "z"], f"{WRONG}<stdin>  #: column z is missing"),
        ("1,2\n3,huh\n", [], f"{WRONG}<stdin>:2  #: column x2: must be a number, not 'huh'"),
        (
            "x,y\n1,2\n",
            [],
            f"{WRONG}<stdin>  #: the first line contains none of the model's columns",
        ),
        ("1,2\nx,2\n", [], f"{WRONG}<stdin>:2  #: column x1: must be a number, not 'x'"),
    ],
)
def test_invalid_samples_are_reported(
    stdin: str, arguments: list[str], message: str, models: httpx.WSGITransport
) -> None:
    response = run(models, "model", "backpropagate", "line", "-", *arguments, stdin=stdin)
    assert response.exit_code == 3, response.output
    assert response.stderr.startswith(f"Error: {message}"), response.stderr
