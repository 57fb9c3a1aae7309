"""The same spec and seed give the same weights, bit for bit."""

from __future__ import annotations

from tests.end_to_end.house import House
from tests.end_to_end.specs import short


def test_twice_the_same_job_is_twice_the_same_model(house: House) -> None:
    one, same, other = (house.submit(short(seed, epochs=20)) for seed in (3, 3, 4))
    weights = house.weights(house.ended(one))
    assert weights == house.weights(house.ended(same))
    assert weights != house.weights(house.ended(other))


def test_the_echoed_spec_repeats_the_job(house: House) -> None:
    spec = short(seed=6, epochs=5)
    spec["dataset"] = {
        "source": {"type": "inline", "inputs": [[1, 2], [3, 1], [2, 2]], "targets": ["a", "b", "a"]}
    }
    job = house.train(spec)
    again = house.train(job["spec"])
    assert again["spec"] == job["spec"]
    assert house.weights(again) == house.weights(job)
    assert house.predict(again, [[1, 2]])["labels"] in (["a"], ["b"])
