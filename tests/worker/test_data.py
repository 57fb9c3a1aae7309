from __future__ import annotations

from typing import Any

from trainlet.config import from_json
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import Store
from worker.data import prepare


def test_labels_that_only_held_out_rows_have_are_named(store: Store) -> None:
    inputs = [[row] for row in range(6)]
    document: dict[str, Any] = {
        "architecture": {"layers": [{"type": "dense", "units": 3, "activation": "softmax"}]},
        "dataset": {
            "source": {"type": "inline", "inputs": inputs, "targets": list("ababac")},
            "split": {"test": 2},
        },
        "training": {"epochs": 1},
    }
    found = set()
    for seed in range(12):
        document["dataset"]["split"] = {"test": 2, "seed": seed}
        spec = from_json(JobSpec, document)
        spec = resolve(spec, describe(spec, store.datasets.read))
        found |= set(prepare(spec, store.datasets.read).warnings)
    assert "labels that the training set lacks are in the test set: c" in found
