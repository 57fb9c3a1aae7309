from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.trainlet.cli.command import run
from tests.trainlet.client.reading import ReadingApi
from trainlet.datasets import ReadingOptions
from trainlet.store.upload import dataset_id

FRUIT = b"size,ripe,fruit\n7.1,true,apple\n6.9,,apple\n15.2,false,banana\n"
ID = dataset_id(None, hashlib.sha256(FRUIT).hexdigest(), "text/csv", ReadingOptions())


def test_a_file_is_sent_and_its_columns_reported(reading_api: ReadingApi, tmp_path: Path) -> None:
    file = tmp_path / "fruit.csv"
    file.write_bytes(FRUIT)
    response = run(reading_api, "dataset", "upload", str(file))
    assert response.exit_code == 0, response.output
    assert response.stdout == (
        f"fruit.csv: 3 rows\n  id {ID}\n"
        "column  type      missing  values\n"
        "size    number    0        6.9 to 15.2\n"
        "ripe    boolean   1\n"
        "fruit   category  0        apple, banana\n"
    )
    assert response.stderr == ""


def test_standard_input_is_a_file_too(reading_api: ReadingApi) -> None:
    assert run(reading_api, "dataset", "upload", "-", "--quiet", stdin=FRUIT).stdout == f"{ID}\n"
    document = json.loads(run(reading_api, "dataset", "upload", "-", "--json", stdin=FRUIT).stdout)
    assert (document["id"], document["name"], document["rows"]) == (ID, "", 3)


def test_reading_options_are_applied(reading_api: ReadingApi) -> None:
    options = (
        "--delimiter",
        "semicolon",
        "--decimal",
        "comma",
        "--no-header",
        "--name",
        "decimals",
    )
    response = run(reading_api, "dataset", "upload", "-", *options, stdin=b"1,5;2\n2,5;3\n")
    assert "x1      number  0        1.5 to 2.5" in response.stdout


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"a,b\n1,2\n3,4,5\n", "line 3 has 3 values"),
        (b"a,b\n1,2\n3,4,5\n", "trainlet dataset read "),
        (b"", "is empty"),
    ],
)
def test_an_invalid_file_exits_with_3(stdin: bytes, message: str, reading_api: ReadingApi) -> None:
    response = run(reading_api, "dataset", "upload", "-", stdin=stdin)
    assert response.exit_code == 3, response.output
    assert message in response.stderr


def test_a_missing_file_exits_with_2(reading_api: ReadingApi) -> None:
    assert run(reading_api, "dataset", "upload", "nothing.csv").exit_code == 2


def test_an_empty_file_is_named(reading_api: ReadingApi, tmp_path: Path) -> None:
    file = tmp_path / "fruit.csv"
    file.touch()
    response = run(reading_api, "dataset", "upload", str(file))
    assert (response.exit_code, response.stderr) == (3, "Error: fruit.csv is empty\n")


def test_datasets_are_read_again_listed_shown_and_deleted(reading_api: ReadingApi) -> None:
    first = run(reading_api, "dataset", "upload", "-", "--quiet", stdin=FRUIT).stdout.strip()
    read = "dataset", "read", first
    again = run(reading_api, *read, "--no-header", "--delimiter", ";", "--quiet")
    other = again.stdout.strip()
    assert (again.exit_code, len(other), other != first) == (0, 64, True), again.stderr
    assert run(reading_api, *read, "--column", "size").exit_code == 2
    listed = run(reading_api, "dataset", "list").stdout
    assert first in listed
    assert other in listed
    shown = json.loads(run(reading_api, "dataset", "show", other, "--json").stdout)
    assert (shown["options"]["header"], shown["options"]["delimiter"]) == ("false", "semicolon")
    deleted = run(reading_api, "dataset", "delete", first)
    assert deleted.stdout == f"Deleted dataset {first}.\n"
    deleted = run(reading_api, "dataset", "delete", other, "--json")
    assert json.loads(deleted.stdout) == {"deleted": "dataset", "name": other}
    assert run(reading_api, "dataset", "delete", first).exit_code == 4
    assert "No datasets." in run(reading_api, "dataset", "list").stderr
