from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner

from tests.service.specs import circles, line
from tests.service.training import train
from tests.worker.here import work
from tests.worker.specs import job
from trainlet.cli import main
from trainlet.config import from_json
from trainlet.datasets import ReadingOptions
from trainlet.errors import NotFoundError
from trainlet.spec import JobSpec
from trainlet.store import Store
from trainlet.store import __main__ as program
from trainlet.store.prune import prune

NOTHING = {"jobs": 0, "versions": 0, "folders": 0, "datasets": 0}


def test_of_what_is_in_use_nothing_goes(store: Store) -> None:
    waiting, done = store.jobs.accept(job()), work(store, circles(record={"every": 1}))
    train(store, line())
    upload, _ = store.uploads.receive([b"a\n1\n"], 100, "x", "text/csv", ReadingOptions())
    age(store)
    assert prune(store) == NOTHING
    assert prune(store, days=1, versions=1) == NOTHING
    assert store.jobs.get(waiting.id).status == "queued"
    assert store.snapshots.epochs(done.id) == [1, 2]
    assert store.uploads.get(upload.id)
    assert store.checkpoints.newest(waiting.id) is None
    assert waiting.id in store.blobs.names("checkpoints")


def age(store: Store) -> None:
    """Make all stored files two hours older."""
    then = time.time() - 7200
    for path in store.blobs.root.rglob("*"):
        os.utime(path, (then, then))


def test_old_jobs_go_and_their_models_stay(store: Store) -> None:
    done = train(store, circles())
    assert prune(store, days=0, dry_run=True) == NOTHING | {"jobs": 1}
    assert store.jobs.get(done.id)
    assert prune(store, days=0) == NOTHING | {"jobs": 1}
    with pytest.raises(NotFoundError):
        store.jobs.get(done.id)
    assert store.models.load("circles").job == done.id


def test_of_a_model_the_newest_versions_stay_and_those_under_an_alias(store: Store) -> None:
    for _ in range(4):
        train(store, circles())
    store.models.point("circles", "best", 1)
    assert prune(store, versions=2) == NOTHING | {"versions": 1}
    assert list(store.models.versions("circles")) == [4, 3, 1]


def test_what_is_left_of_what_is_gone_goes(store: Store) -> None:
    done = train(store, line())
    gone = "0" * 32
    for folder in (f"checkpoints/{done.id}", f"snapshots/{gone}"):
        store.blobs.make_folder(folder)
        store.blobs.create(f"{folder}/1", b"")
    unnamed = store.datasets.put(b"nobody's")
    spec = from_json(JobSpec, line())
    source = spec.dataset.source.stored(store.datasets.put)
    store.jobs.accept(replace(spec, dataset=replace(spec.dataset, source=source)))
    assert prune(store) == NOTHING | {"folders": 2}, "a job may be about to name the samples"
    age(store)
    assert prune(store) == NOTHING | {"datasets": 1}
    assert unnamed not in store.blobs.names("datasets")
    assert len(store.blobs.names("datasets")) == 1
    assert store.blobs.names("snapshots") == []
    assert done.id not in store.blobs.names("checkpoints")


def test_contents_that_no_dataset_needs_are_removed(store: Store) -> None:
    kept, _ = store.uploads.receive([b"1\n"], 100, "", "text/csv", ReadingOptions())
    left, _ = store.uploads.receive([b"2\n"], 100, "", "text/csv", ReadingOptions())
    store.blobs.delete_folder(f"uploads/{left.id}")  # as if the deletion had been killed here
    store.blobs.create(f"contents/{left.content}/closed", b"")  # or here
    assert prune(store) == NOTHING, "an upload may be about to name it"
    age(store)
    assert prune(store) == NOTHING | {"datasets": 1}
    assert store.blobs.names("contents") == [kept.content]
    assert store.uploads.content(kept.id).read_bytes() == b"1\n"


def test_the_command_reports_what_it_removes(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    train(store, circles())
    monkeypatch.setenv("TRAINLET_BLOB_URL", store.blobs.root.as_uri())
    assert program.main("prune", '{"days": 0, "dry_run": true}') == 0
    assert '"jobs": 1' in capsys.readouterr().out
    payload = CliRunner().invoke(main, ["store", "prune", "--days", "0"])
    assert payload.exit_code == 0
    assert "     1 finished jobs; their models are kept" in payload.stdout
