from __future__ import annotations

from typing import Any

import pytest

from trainlet.errors import NotFoundError
from trainlet.store import Store

DOCUMENT: dict[str, Any] = {"source": {"type": "iris"}, "bins": 10, "worst": 10}


def test_the_same_question_is_one_evaluation(store: Store) -> None:
    first = store.evaluations.ask("iris", 1, "a" * 64, DOCUMENT)
    assert (first.status, first.document, first.ended) == ("queued", DOCUMENT, False)
    assert store.evaluations.ask("iris", 1, "a" * 64, DOCUMENT) == first
    others = [
        store.evaluations.ask("iris", 2, "a" * 64, DOCUMENT),
        store.evaluations.ask("iris", 1, "b" * 64, DOCUMENT),
        store.evaluations.ask("iris", 1, "a" * 64, DOCUMENT | {"bins": 11}),
    ]
    assert len({first.id, *(other.id for other in others)}) == 4
    assert store.evaluations.background_tasks.unsettled() == set(store.evaluations.names())


def test_what_was_found_is_kept(store: Store) -> None:
    requested = store.evaluations.ask("iris", 1, "", DOCUMENT)
    assert store.evaluations.background_tasks.claim(requested.id) == 1
    assert store.evaluations.get(requested.id).status == "running"
    store.evaluations.finish(requested.id, {"rows": 150})
    store.evaluations.background_tasks.fail(requested.id, "too late")
    kept = store.evaluations.get(requested.id)
    assert (kept.status, kept.result, kept.error) == ("succeeded", {"rows": 150}, None)
    assert store.evaluations.background_tasks.unsettled() == set()
    assert store.evaluations.ask("iris", 1, "", DOCUMENT) == kept
    assert store.evaluations.background_tasks.unsettled() == set()


def test_what_is_deleted_may_be_requested_again(store: Store) -> None:
    requested = store.evaluations.ask("iris", 1, "", DOCUMENT)
    store.evaluations.background_tasks.fail(requested.id, "no such data")
    store.evaluations.delete(requested.id)
    with pytest.raises(NotFoundError):
        store.evaluations.get(requested.id)
    store.evaluations.finish(requested.id, {})
    assert store.evaluations.names() == []
    assert store.evaluations.ask("iris", 1, "", DOCUMENT).status == "queued"


def test_only_so_many_that_have_ended_are_kept(store: Store) -> None:
    ids = [store.evaluations.ask("iris", version, "", DOCUMENT).id for version in range(1, 6)]
    for evaluation in ids[:4]:
        store.evaluations.finish(evaluation, {})
    store.retention.sweep(2, 2)
    assert set(store.evaluations.names()) >= {ids[4]}
    assert len(store.evaluations.names()) == 3


@pytest.mark.parametrize("name", ["", "x", "0" * 64, "../jobs"])
def test_unknown_ones_are_reported(store: Store, name: str) -> None:
    with pytest.raises(NotFoundError):
        store.evaluations.get(name)
