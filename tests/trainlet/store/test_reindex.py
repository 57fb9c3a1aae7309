from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.trainlet.store.test_models import publish
from tests.worker.specs import job
from trainlet.store import Store
from trainlet.store.reindex import reindex

ROOT = Path(__file__).parents[3]


def indexes(store: Store) -> dict[str, list[str]]:
    folders = ("versions", "versions/circles", "open", "checkpoints")
    return {folder: sorted(store.blobs.names(folder)) for folder in folders}


def lose_indexes(store: Store) -> None:
    for folder in ("versions/circles", "open"):
        for name in store.blobs.names(folder):
            store.blobs.delete(f"{folder}/{name}")
    for name in store.blobs.names("checkpoints"):
        store.blobs.delete_folder(f"checkpoints/{name}")
    store.blobs.delete_folder("versions/circles")


def test_lost_indexes_come_back_as_they_were(store: Store) -> None:
    publish(store)
    waiting = store.jobs.accept(job())
    before = indexes(store)
    lose_indexes(store)
    assert reindex(store.blobs) == (2, [])
    assert indexes(store) == before
    assert store.models.newest("circles") == 1
    assert store.attempts.unsettled() == [waiting.id]
    assert reindex(store.blobs) == (2, [])
    assert indexes(store) == before


def test_a_broken_record_is_reported_and_the_others_are_indexed(store: Store) -> None:
    publish(store)
    broken = store.jobs.accept(job())
    lose_indexes(store)
    store.blobs.root.joinpath(f"jobs/{broken.id}/spec").write_bytes(b"{")
    assert reindex(store.blobs) == (2, [broken.id])
    assert store.models.newest("circles") == 1


def test_the_verb_reindexes_the_store_of_the_settings(store: Store) -> None:
    publish(store)
    lose_indexes(store)
    environment = {**os.environ, "TRAINLET_BLOB_URL": store.blobs.root.as_uri()}
    ran = subprocess.run(
        [sys.executable, "-m", "trainlet.cli", "store", "reindex"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    assert ran.stdout == b"1 jobs indexed\n"
    assert store.models.newest("circles") == 1
