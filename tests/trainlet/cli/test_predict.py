from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import run
from tests.trainlet.client.reading import ReadingApi
from trainlet.cli import _gunzip, _table
from trainlet.cli._records import pieces
from trainlet.client import Client
from trainlet.store import Store

WRONG = "<stdin> has 1 error:\n  "


@pytest.fixture
def models(api: httpx.WSGITransport, store: Store) -> httpx.WSGITransport:
    train(store, line())
    train(store, circles())
    return api


def test_values_are_csv(models: httpx.WSGITransport) -> None:
    response = run(models, "predict", "line", "-", stdin="1\n\n2.5\n")
    assert (response.exit_code, response.stdout) == (0, "value\n2.0\n5.0\n")


def test_labels_come_before_the_outputs(models: httpx.WSGITransport) -> None:
    response = run(models, "predict", "circles", "-", stdin="1,3\n")
    header, row = response.stdout.splitlines()
    assert header == "label,output"
    label, output = row.split(",")
    assert label == str(int(float(output) > 0.5))


def test_a_header_finds_the_columns_by_name(models: httpx.WSGITransport, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("﻿x2,note,x1\r\n3,what,1\r\n", encoding="utf-8")
    named = run(models, "predict", "circles", str(file), "--json")
    plain = run(models, "predict", "circles", "-", "--json", stdin="1,3")
    document = json.loads(named.stdout)
    assert document.pop("warnings") == ["1 column ignored: note"]
    assert document | {"warnings": []} == json.loads(plain.stdout)
    assert json.loads(plain.stdout)["model"] == {"name": "circles", "version": 1}


def test_booleans_are_those_of_files(reading_api: ReadingApi, store: Store) -> None:
    content = b"size,ripe,good\n1,true,true\n2,false,false\n8,true,true\n9,,false\n"
    dataset = run(reading_api, "dataset", "upload", "-", "--quiet", stdin=content).stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    learned = {"source": source, "preprocessing": {"target": "good", "missing": "mean"}}
    train(store, circles() | {"name": "good", "dataset": learned})
    response = run(reading_api, "predict", "good", "-", stdin="size,ripe\n1,true\n2,\n")
    assert response.exit_code == 0, response.output
    assert {row.split(",")[0] for row in response.stdout.splitlines()[1:]} <= {"true", "false"}
    numbers = run(
        reading_api, "model", "backpropagate", "good", "-", "--no-header", stdin="1,true,false\n"
    )
    assert numbers.stdout.startswith("cost "), numbers.output


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        ("", "<stdin> is empty"),
        ("\n \n", "<stdin> is empty"),
        ("x1,y\n1,2\n", f"{WRONG}<stdin>  #: column x2 is missing"),
        ("1,2\n3\n", f"{WRONG}<stdin>:2  #: column x2: must not be missing"),
        (b"\xff,1\n", f"{WRONG}<stdin>:1  #: byte 0xff is not UTF-8; set encoding"),
        ("1,2\n\n3,huh\n", f"{WRONG}<stdin>:3  #: column x2: must be a number, not 'huh'"),
        ("1,2\n3,\n", f"{WRONG}<stdin>:2  #: column x2: must not be missing"),
        ("1,inf\n", f"{WRONG}<stdin>:1  #: column x2: must be a finite number"),
    ],
)
def test_invalid_tables_of_points_are_reported(
    stdin: str | bytes, message: str, models: httpx.WSGITransport
) -> None:
    response = run(models, "predict", "circles", "-", stdin=stdin)
    assert response.exit_code == 3, response.output
    assert response.stderr.startswith(f"Error: {message}")
    assert response.stdout == ""


def test_an_unknown_model_or_version_exits_with_4(models: httpx.WSGITransport) -> None:
    assert run(models, "predict", "nope", "-", stdin="1").exit_code == 4
    assert run(models, "predict", "line", "-", "--version", "9", stdin="1").exit_code == 4


@pytest.fixture
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests of up to 3 rows."""
    monkeypatch.setattr(_table, "pieces", lambda file, first, _: pieces(file, first, records=3))


ROWS = [f"{x},{x / 4}" for x in range(1, 11)]


@pytest.mark.usefixtures("small_requests")
@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("\n".join(ROWS), []),
        ("x1,x2\n" + "\n".join(ROWS) + "\n", []),
        ("\ufeffx1,x2\r\n" + "\r\n".join(ROWS), []),
        ("x1,x2\r" + "\r".join(ROWS), []),
        ("sep=,\n\nx1,x2\n" + "\n\n".join(ROWS), []),
        ("# by hand\nx1,x2\n" + "\n".join(ROWS), ["--comment", "#"]),
        ("x1;x2\n" + "\n".join(ROWS).replace(",", ";").replace(".", ","), ["--decimal", "comma"]),
        (
            'x2,"a ""note""",x1\n'
            + "\n".join(f'{row.split(",")[1]},"two\nlines",{row.split(",")[0]}' for row in ROWS),
            [],
        ),
    ],
)
def test_a_file_in_many_requests_predicts_like_one(
    models: httpx.WSGITransport, tmp_path: Path, content: str, options: list[str]
) -> None:
    points = [[float(cell) for cell in row.split(",")] for row in ROWS]
    with Client("http://service.test", transport=models) as client:
        expected = client.predict("circles", points)
    file, result = tmp_path / "points.csv", tmp_path / "result.csv"
    for encoding in ("utf-8", "utf-16"):
        file.write_bytes(content.encode(encoding))
        response = run(models, "predict", "circles", str(file), "-o", str(result), *options)
        assert (response.exit_code, response.stdout) == (0, ""), response.output
        header, *rows = csv.reader(result.read_text().splitlines())
        assert header == ["label", "output"]
        assert [float(row[1]) for row in rows] == [output for (output,) in expected.outputs]
        assert [int(row[0]) for row in rows] == expected.labels


@pytest.mark.usefixtures("small_requests")
def test_an_error_names_the_line_of_the_file(models: httpx.WSGITransport) -> None:
    stdin = "x1,x2\n" + "\n".join([*ROWS, "7,red"])
    response = run(models, "predict", "circles", "-", stdin=stdin)
    assert response.stderr.startswith(f"Error: {WRONG}<stdin>:12  #: column x2: must be a number")
    assert len(response.stdout.splitlines()) == 11
    response = run(models, "predict", "circles", "-", stdin=stdin.replace("7,red", "7,8,9"))
    assert response.stderr.startswith(f"Error: {WRONG}<stdin>:12  #: has 3 values")


def test_the_training_file_predicts_as_it_is(
    reading_api: ReadingApi, store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "good.csv"
    file.write_text("size;ripe;good\n1,5;True;a\n2,25;False;b\n8,0;True;a\n")
    options = ["--decimal", "comma", "--quiet"]
    dataset = run(reading_api, "dataset", "upload", str(file), *options).stdout.strip()
    source = {"type": "uploaded", "id": dataset}
    learned = {"source": source, "preprocessing": {"target": "good"}}
    train(store, circles() | {"name": "good", "dataset": learned})
    points: list[dict[str, Any]] = [
        {"size": 1.5, "ripe": True},
        {"size": 2.25, "ripe": False},
        {"size": 8, "ripe": True},
    ]
    with Client("http://service.test", transport=reading_api) as client:
        expected = client.predict("good", points)
    response = run(reading_api, "predict", "good", str(file))
    rows = list(csv.reader(response.stdout.splitlines()))[1:]
    assert [float(row[1]) for row in rows] == [output for (output,) in expected.outputs]
    assert [row[0] for row in rows] == expected.labels


def test_a_gzip_file_predicts_like_the_file_in_it(
    models: httpx.WSGITransport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"x1\n" + b"".join(b"%d\n" % number for number in range(3000))
    plain = run(models, "predict", "line", "-", stdin=content)
    assert plain.stdout.splitlines()[-1] == "5998.0"  # the weight of the line is 2
    packed = gzip.compress(content[:1000]) + gzip.compress(content[1000:])
    for module in (_gunzip, _table):
        monkeypatch.setattr(module, "CHUNK_BYTES", 100)
    for name, data in [
        ("table.csv.gz", packed),
        ("table", packed),
        ("table.csv.GZ", gzip.compress(content.decode().encode("utf-16"))),
    ]:
        (tmp_path / name).write_bytes(data)
        result = run(models, "predict", "line", str(tmp_path / name))
        assert (result.exit_code, result.stdout) == (0, plain.stdout), result.output
    lines = b'{"x1": 1}\n{"x1": 2}\n'
    (tmp_path / "table.jsonl.gz").write_bytes(gzip.compress(lines))
    result = run(models, "predict", "line", str(tmp_path / "table.jsonl.gz"))
    assert result.stdout == "value\n2.0\n4.0\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (gzip.compress(b"x1\n1\n", mtime=0)[:-1], "ends within its gzip stream"),
        (b"\x1f\x8bnot gzip", "is not a valid gzip file"),
        (gzip.compress(b"", mtime=0), "is empty"),
    ],
)
def test_a_broken_gzip_file_is_refused(
    models: httpx.WSGITransport, tmp_path: Path, content: bytes, expected: str
) -> None:
    (tmp_path / "a.csv.gz").write_bytes(content)
    response = run(models, "predict", "line", str(tmp_path / "a.csv.gz"))
    assert response.exit_code == 3
    assert expected in response.stderr
