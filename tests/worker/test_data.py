from __future__ import annotations

from typing import Any

import pytest

from trainlet.config import from_json
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import Store
from worker.data import prepare


@pytest.mark.parametrize("held_out", ["validation", "test"])
def test_labels_that_only_held_out_rows_have_are_named(store: Store, held_out: str) -> None:
    inputs = [[row] for row in range(6)]
    document: dict[str, Any] = {
        "architecture": {"layers": [{"type": "dense", "units": 3, "activation": "softmax"}]},
        "dataset": {
            "source": {"type": "inline", "inputs": inputs, "targets": list("ababac")},
        },
        "training": {"epochs": 1},
    }
    results = set()
    for seed in range(12):
        document["dataset"]["split"] = {held_out: 2, "seed": seed}
        spec = from_json(JobSpec, document)
        spec = resolve(spec, describe(spec, store.datasets.read))
        results |= set(prepare(spec, store.datasets.read).warnings)
    assert f"labels of the {held_out} set are missing from the training set: c" in results
    other = {"validation": "test", "test": "validation"}[held_out]
    assert not any(f"in the {other} set" in warning for warning in results)
