"""Evaluation of data in a file equals evaluation in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.service.specs import line
from tests.service.training import train
from trainlet.config import from_json
from trainlet.datasets import ReadingOptions, mapped_table
from trainlet.errors import ValidationError
from trainlet.evaluation import EvaluationRequest, evaluate, rows_of
from trainlet.readers import read
from trainlet.store import Model, Store


def uploaded(store: Store, folder: Path, content: bytes) -> dict[str, Any]:
    upload, _ = store.uploads.receive([content], 10**9, "", "text/csv", ReadingOptions())
    draft = folder / "numbers"
    profile = read(store.uploads.content(upload.id), "text/csv", ReadingOptions(), draft, 10**9)
    store.uploads.finish(upload.id, profile, draft)
    return {"type": "uploaded", "id": upload.id}


@pytest.fixture
def model(store: Store, tmp_path: Path) -> Model:
    """Fits y = 2x of a column among others."""
    spec = line()
    source = uploaded(store, tmp_path, b"kind,x,y\na,1,2\nb,2,4\n")
    spec["dataset"] = {
        "source": source,
        "preprocessing": {"columns": ["x"], "target": "y", "standardize": False},
    }
    train(store, spec)
    return store.models.load("line")


def evaluation_request(source: dict[str, Any]) -> EvaluationRequest:
    return from_json(EvaluationRequest, {"source": source, "worst": 2})


def test_a_file_is_evaluated_block_by_block(
    model: Model, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(3)
    rows = [f"a,{x:.3f},{2 * x + chance.normal():.3f}" for x in chance.normal(size=700)]
    wanted = evaluation_request(
        uploaded(store, tmp_path, ("kind,x,y\n" + "\n".join(rows)).encode())
    )
    expected = evaluate(model, wanted, store.datasets.read)
    assert expected["rows"] == rows_of(model, wanted, store.datasets.read) == 700
    ticks: list[int] = []
    monkeypatch.setattr(mapped_table, "LARGE_BYTES", 0)
    result = evaluate(model, wanted, store.datasets.read, lambda: ticks.append(1))
    assert result == expected
    assert len(ticks) == 3


def test_a_row_that_cannot_be_evaluated_is_reported_by_its_place(
    model: Model, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped_table, "LARGE_BYTES", 0)
    rows = ["a,1,2"] * 600
    rows[500] = "a,1e39,2"
    wanted = evaluation_request(
        uploaded(store, tmp_path, ("kind,x,y\n" + "\n".join(rows)).encode())
    )
    with pytest.raises(ValidationError) as caught:
        evaluate(model, wanted, store.datasets.read)
    assert [error.pointer for error in caught.value.errors] == ["#/source/500"]
