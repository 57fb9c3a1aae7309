"""Upgrades: this version reads the stores of all releases and resumes their jobs."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.released.make import FOLDER, outputs, write
from tests.worker.here import finish, work
from tests.worker.specs import job
from trainlet import __version__
from trainlet.config import to_json
from trainlet.errors import CorruptFileError
from trainlet.store import Store, records, unpack_snapshot
from trainlet.store.array_file import pack, unpack

RELEASED = sorted(FOLDER.glob("*.zip"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Store, dict[str, Any]]:
    with zipfile.ZipFile(request.param) as file:
        file.extractall(tmp_path / "blobs")
        document: dict[str, Any] = json.loads(file.comment)
    return Store((tmp_path / "blobs").as_uri()), document


def test_the_present_version_is_among_them() -> None:
    assert __version__ in [path.stem for path in RELEASED], "python -m tests.released.make"


def test_what_was_stored_is_read(released: tuple[Store, dict[str, Any]]) -> None:
    store, payload = released
    done = store.jobs.get(payload["done"])
    assert (done.status, done.sha256) == ("succeeded", payload["sha256"])
    assert store.jobs.history(done.id)["loss"] == payload["history"]
    assert store.models.load("circles", store.models.number("circles", "best")).job == done.id
    assert outputs(store, "line", [[3.0], [5.0]]) == payload["outputs"]
    assert [unpack_snapshot(store.snapshots.read(done.id, n)).epoch for n in (1, 2)] == [1, 2]
    assert store.api_keys.check(payload["key"])
    [upload] = store.uploads.list(10)[0]
    assert store.uploads.content(upload.id).read_bytes() == b"a,b\n1,2\n"


def test_what_waited_is_trained(released: tuple[Store, dict[str, Any]]) -> None:
    store, payload = released
    assert store.attempts.unsettled() == [payload["waiting"]]
    assert finish(store, payload["waiting"]).status == "succeeded"
    assert list(store.models.versions("line")) == [2, 1]


def test_a_file_for_a_release_can_be_made(tmp_path: Path) -> None:
    write(tmp_path / "new.zip")
    with zipfile.ZipFile(tmp_path / "new.zip") as file:
        assert json.loads(file.comment)["outputs"] == [[6.0], [10.0]]


def test_what_a_newer_version_wrote_states_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainlet.store.records.FORMAT", 2)
    monkeypatch.setattr("trainlet.store.array_file.FORMAT", 2)
    record, file = records.encode({"a": 1}), pack("trainlet model", {}, {"a": 1})
    monkeypatch.undo()
    with pytest.raises(
        CorruptFileError, match="does not have format 1 but 2; a newer version of trainlet"
    ):
        records.decode(record)
    with pytest.raises(CorruptFileError, match="a newer version of trainlet wrote it"):
        unpack("trainlet model", file)


def test_a_copy_of_the_blobs_is_a_backup(store: Store, tmp_path: Path) -> None:
    done = work(store, to_json(job()))
    waiting = store.jobs.accept(job())
    shutil.copytree(store.blobs.root, tmp_path / "copy")
    shutil.rmtree(store.blobs.root)
    restored = Store((tmp_path / "copy").as_uri())
    assert restored.jobs.get(done.id).status == "succeeded"
    assert restored.attempts.unsettled() == [waiting.id]
    assert finish(restored, waiting.id).status == "succeeded"
    one, other = (restored.models.load("circles", version).parameters for version in (1, 2))
    assert one.tobytes() == other.tobytes()
