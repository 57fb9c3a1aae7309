"""The same spec and seed give the same weights, bit for bit."""

from __future__ import annotations

from tests.end_to_end.running_service import RunningService
from tests.end_to_end.specs import short


def test_twice_the_same_job_is_twice_the_same_model(service: RunningService) -> None:
    one, same, other = (service.submit(short(seed, epochs=20)) for seed in (3, 3, 4))
    weights = service.weights(service.ended(one))
    assert weights == service.weights(service.ended(same))
    assert weights != service.weights(service.ended(other))


def test_the_echoed_spec_repeats_the_job(service: RunningService) -> None:
    spec = short(seed=6, epochs=5)
    spec["dataset"] = {
        "source": {"type": "inline", "inputs": [[1, 2], [3, 1], [2, 2]], "targets": ["a", "b", "a"]}
    }
    job = service.train(spec)
    again = service.train(job["spec"])
    assert again["spec"] == job["spec"]
    assert service.weights(again) == service.weights(job)
    assert service.predict(again, [[1, 2]])["labels"] in (["a"], ["b"])
