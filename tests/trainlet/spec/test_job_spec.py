from __future__ import annotations

import pytest

from tests.trainlet.spec.jobs import dense, job
from trainlet.config import from_json, to_json
from trainlet.errors import ValidationError
from trainlet.spec import JobSpec


def test_every_default_is_echoed() -> None:
    echoed = to_json(job(dense(1, "sigmoid")))
    assert list(echoed) == [
        "name",
        "architecture",
        "dataset",
        "training",
        "metadata",
        "priority",
        "max_seconds",
        "start_from",
        "repeats",
    ]
    assert echoed["name"] == "model"
    assert echoed["dataset"] == {
        "source": {"type": "four_circles", "samples": 1000, "seed": 0},
        "task": "auto",
        "preprocessing": {
            "features": None,
            "standardize": True,
            "target": None,
            "columns": None,
            "missing": "error",
            "target_encoding": "auto",
            "standardize_targets": False,
            "reshape": None,
        },
        "split": {"test": 0, "validation": 0, "stratify": False, "seed": 0},
    }
    assert echoed["training"]["batch_size"] == 32


def test_what_is_echoed_can_be_posted_again() -> None:
    spec = job(dense(3, "tanh"), dense(1, "sigmoid"), dataset={"split": {"test": 0.2}})
    assert from_json(JobSpec, to_json(spec)) == spec


@pytest.mark.parametrize("name", ["", "-a", "A", "a b", "a" * 64, "a/b", "a\n"])
def test_names_are_safe_everywhere(name: str) -> None:
    with pytest.raises(ValidationError, match="#/name"):
        from_json(JobSpec, to_json(job(dense(1))) | {"name": name})


def test_a_network_has_layers() -> None:
    with pytest.raises(ValidationError, match="layers"):
        job()
