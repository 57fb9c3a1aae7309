from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.worker.specs import job
from trainlet.config import to_json
from trainlet.datasets import FittedPreprocessing, TargetEncoding
from trainlet.errors import ConflictError, CorruptFileError, NotFoundError
from trainlet.network import Network
from trainlet.store import End, Job, Model, Store
from trainlet.store.array_file import pack, unpack
from trainlet.store.model_file import KIND, read_model


def model_of(accepted: Job, value: float = 0.5) -> Model:
    architecture = accepted.spec.architecture
    network = Network(architecture.layers, (2,), architecture.dtype)
    return Model(
        job=accepted.id,
        spec=accepted.spec,
        network=network,
        parameters=np.full(network.parameter_count, value, np.float32),
        preprocessing=FittedPreprocessing(
            columns=("x1", "x2"),
            features=("x1", "x2"),
            encoding=TargetEncoding("zero_one", (0, 1)),
            mean=(2.0, 2.0),
            scale=(1.0, 1.0),
        ),
        history={"loss": [0.7, float("inf")]},
        metrics={"loss": 0.5},
        provenance={"seed": 7},
    )


def publish(store: Store, status: str = "succeeded", value: float = 0.5) -> Job:
    accepted = store.jobs.accept(job())
    sha256 = store.models.publish(model_of(accepted, value))
    end = End(status, "completed", metrics={"loss": 0.5}, sha256=sha256)  # type: ignore[arg-type]
    store.attempts.end(accepted.id, end, {})
    store.attempts.settle(accepted.id)
    return store.jobs.get(accepted.id)


def test_a_published_model_comes_back_whole(store: Store) -> None:
    done = publish(store)
    model = store.models.load("circles")
    expected = model_of(done)
    assert model.parameters.tobytes() == expected.parameters.tobytes()
    assert (model.spec, model.network, model.preprocessing) == (
        expected.spec,
        expected.network,
        expected.preprocessing,
    )
    assert (model.history, model.metrics, model.provenance) == (
        expected.history,
        expected.metrics,
        expected.provenance,
    )
    record = store.models.get("circles")
    assert (record.name, record.version, record.job, record.sha256) == (
        "circles",
        1,
        done.id,
        done.sha256,
    )
    assert record.bytes == len(store.models.weights("circles"))
    assert record.preprocessing == expected.preprocessing


def test_versions_are_ready_once_their_job_has_succeeded(store: Store) -> None:
    accepted = store.jobs.accept(job())
    with pytest.raises(NotFoundError, match="no model 'circles' that is ready"):
        store.models.newest("circles")
    store.models.publish(model_of(accepted))
    with pytest.raises(NotFoundError, match="not ready: queued"):
        store.models.load("circles", 1)
    publish(store)
    publish(store, status="failed")
    assert store.models.newest("circles") == 2
    assert list(store.models.versions("circles")) == [2]
    with pytest.raises(NotFoundError, match="not ready: failed"):
        store.models.weights("circles", 3)
    with pytest.raises(NotFoundError, match="no version 4"):
        store.models.get("circles", 4)


def test_the_newest_is_meant_where_no_version_is_stated(store: Store) -> None:
    publish(store, value=1.0)
    publish(store, value=2.0)
    assert store.models.load("circles").parameters[0] == 2.0
    assert store.models.load("circles", 1).parameters[0] == 1.0


@pytest.mark.parametrize("name", ["", "none", "../jobs", "a/b", "A"])
def test_unknown_names_are_reported(store: Store, name: str) -> None:
    for ask in (store.models.get, store.models.load, store.models.weights, store.models.versions):
        with pytest.raises(NotFoundError):
            ask(name)


def test_what_was_published_first_stays(store: Store) -> None:
    accepted = store.jobs.accept(job())
    first = store.models.publish(model_of(accepted, 1.0))
    assert store.models.publish(model_of(accepted, 2.0)) == first
    result = store.models.find(accepted.id)
    assert result is not None
    assert result[1] == first
    assert result[0].parameters[0] == 1.0


def test_a_broken_leftover_is_no_model(store: Store) -> None:
    accepted = store.jobs.accept(job())
    assert store.models.find(accepted.id) is None
    store.blobs.create(f"models/{accepted.id}.safetensors", b"junk")
    assert store.models.find(accepted.id) is None
    assert store.blobs.names("models") == []


def test_listing_reports_the_newest_of_each_name(store: Store) -> None:
    for _ in range(2):
        publish(store)
    for name in ("a", "b"):
        accepted = store.jobs.accept(replace(job(), name=name))
        sha256 = store.models.publish(model_of(accepted))
        store.attempts.end(accepted.id, End("succeeded", "completed", sha256=sha256), {})
    store.jobs.accept(replace(job(), name="waiting"))
    page, cursor = store.models.list(2)
    rest, end = store.models.list(2, cursor)
    assert end is None
    ids = [record.job or "" for record in [*page, *rest]]
    assert ids == sorted(ids, reverse=True)
    assert {(record.name, record.version) for record in [*page, *rest]} == {
        ("circles", 2),
        ("a", 1),
        ("b", 1),
    }


def test_a_changed_file_is_never_served(store: Store) -> None:
    done = publish(store)
    path = store.blobs.root / f"models/{done.id}.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    for ask in (store.models.load, store.models.weights):
        with pytest.raises(CorruptFileError, match="is damaged: its SHA-256 differs"):
            ask("circles")


def test_a_deleted_version_is_gone_and_its_number_stays_given(store: Store) -> None:
    first, second = publish(store, value=1.0), publish(store, value=2.0)
    store.models.delete("circles", 2)
    for ask in (store.models.get, store.models.load, store.models.weights, store.models.delete):
        with pytest.raises(NotFoundError, match="version 2 of model 'circles' was deleted"):
            ask("circles", 2)
    assert store.models.newest("circles") == 1
    assert store.blobs.names("models") == [f"{first.id}.safetensors"]
    assert publish(store).version == second.version + 1
    store.models.delete_all("circles")
    with pytest.raises(NotFoundError):
        store.models.newest("circles")
    assert store.models.list(10) == ([], None)


def test_a_file_that_is_gone_without_having_been_deleted_is_reported(store: Store) -> None:
    store.blobs.delete(f"models/{publish(store).id}.safetensors")
    with pytest.raises(CorruptFileError, match="is missing"):
        store.models.load("circles")


def test_an_alias_stands_for_a_version_and_keeps_it(store: Store) -> None:
    publish(store)
    publish(store)
    store.models.point("circles", "best", 1)
    assert store.models.number("circles", "best") == 1
    assert store.models.number("circles", "2") == 2
    assert store.models.get("circles", 1).aliases == ("best",)
    with pytest.raises(ConflictError, match="best"):
        store.models.delete("circles", 1)
    with pytest.raises(ConflictError, match="best"):
        store.models.delete_all("circles")
    store.models.point("circles", "best", 2)
    store.models.delete("circles", 1)
    with pytest.raises(NotFoundError, match="no version 7"):
        store.models.point("circles", "best", 7)
    assert store.models.number("circles", "best") == 2


@pytest.mark.parametrize("word", ["01", "0", "-1", "9" * 30, "", "none", "../x", "Best", "\u0661"])
def test_words_that_stand_for_no_version(store: Store, word: str) -> None:
    publish(store)
    with pytest.raises(NotFoundError):
        store.models.number("circles", word)


def test_versions_of_a_name_are_listed_in_pages(store: Store) -> None:
    for _ in range(3):
        publish(store)
    store.models.delete("circles", 2)
    page, cursor = store.models.list_versions("circles", 1)
    rest, end = store.models.list_versions("circles", 1, cursor)
    assert [record.version for record in [*page, *rest]] == [3, 1]
    assert end is None
    with pytest.raises(NotFoundError):
        store.models.list_versions("none", 1)


def test_a_listing_can_be_narrowed(store: Store) -> None:
    publish(store)
    assert store.models.list(1, wanted=lambda record: record.task == "regression")[0] == []


def _with(name: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(arrays: dict[str, Any], about: dict[str, Any]) -> None:
        about[name] = value

    return change


def _without_array(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays.pop("0.weight")


def _with_array(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays["9.weight"] = np.zeros(3, np.float32)


def _misshapen(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays["0.weight"] = arrays["0.weight"].T


def _other_numbers(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays["0.weight"] = arrays["0.weight"].astype(np.float64)


def _not_finite(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    arrays["0.weight"] = arrays["0.weight"] * np.float32(np.nan)


def _other_columns(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    about["preprocessing"]["features"] = ["x1", "x3"]


def _one_mean(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    about["preprocessing"]["mean"] = [1.0]


def _no_scale(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    about["preprocessing"]["scale"] = None


def _unknown_layer(arrays: dict[str, Any], about: dict[str, Any]) -> None:
    about["spec"]["architecture"]["layers"][0]["type"] = "no such"


@pytest.mark.parametrize(
    "change",
    [
        _with("job", "f" * 32),
        _with("spec", {}),
        _with("spec", []),
        _with("spec", json.loads("[" * 200 + "]" * 200)),
        _with("input_shape", [3]),
        _with("input_shape", [2**40]),
        _with("input_shape", []),
        _with("input_shape", "x"),
        _with("input_shape", None),
        _with("preprocessing", {}),
        _with("preprocessing", None),
        _with("history", {"loss": ["x"]}),
        _with("history", None),
        _with("metrics", {"loss": None}),
        _without_array,
        _with_array,
        _misshapen,
        _other_numbers,
        _not_finite,
        _other_columns,
        _one_mean,
        _no_scale,
        _unknown_layer,
    ],
)
def test_hostile_models_are_corrupt_and_nothing_else(
    store: Store, change: Callable[[dict[str, Any], dict[str, Any]], None]
) -> None:
    done = publish(store)
    data = store.models.weights("circles")
    assert to_json(read_model(data, done.id).spec) == done.document
    arrays, about = unpack(KIND, data)
    change(arrays, about)
    with pytest.raises(CorruptFileError):
        read_model(pack(KIND, arrays, about), done.id)
