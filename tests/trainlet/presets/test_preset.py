"""Presets train as in a worker and reach their documented metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from trainlet import presets
from trainlet.config import from_json
from trainlet.errors import NotFoundError
from trainlet.presets import Goal
from trainlet.spec import JobSpec, Limits, check, describe, resolve
from trainlet.store import Store
from worker.training import TrainingTask

LONG = ("four-circles",)
"""Trained here only on request: the demo trains it in every run."""

LIMITS = Limits(parameters=10_000_000, work=1e13, inline_values=1_000_000)
"""Default limits of a service."""

QUICK = [name for name in presets.names() if name not in LONG]


def trained(spec: JobSpec, store: Store) -> Mapping[str, float]:
    """Train a job as a worker does and return its final metrics."""
    description = describe(spec, store.datasets.read)
    assert list(check(spec, description, LIMITS)) == []
    job = store.jobs.accept(resolve(spec, description))
    return TrainingTask(job, store, 3600, lambda *_: None, lambda: False).run(0).metrics


def reaches(name: str, store: Store) -> None:
    preset = presets.load(name)
    spec = from_json(JobSpec, preset.spec)
    metrics = trained(spec, store)
    assert preset.reaches.is_reached(metrics), (str(preset.reaches), metrics)
    assert spec.name == name
    assert preset.about.endswith(".")


@pytest.mark.parametrize("name", QUICK)
def test_a_preset_reaches_what_it_states(name: str, store: Store) -> None:
    reaches(name, store)


@pytest.mark.presets
@pytest.mark.parametrize("name", LONG)
def test_a_long_preset_reaches_what_it_states(name: str, store: Store) -> None:
    reaches(name, store)


@pytest.mark.seeds
@pytest.mark.parametrize("name", presets.names())
def test_a_preset_reaches_its_goal_from_19_of_20_seeds(
    name: str, store: Store, record_property: Callable[[str, object], None]
) -> None:
    preset = presets.load(name)
    spec = from_json(JobSpec, preset.spec)
    values = []
    for seed in range(20):
        metrics = trained(replace(spec, training=replace(spec.training, seed=seed)), store)
        values.append(metrics[preset.reaches.metric])
    reached = sum(preset.reaches.is_reached({preset.reaches.metric: value}) for value in values)
    record_property(
        f"preset {name}",
        f"{preset.reaches}: {reached} of 20 seeds; {min(values):.4g} to {max(values):.4g},"
        f" mean {sum(values) / len(values):.4g}",
    )
    assert reached >= 19


def test_a_goal_is_a_bound_from_one_side() -> None:
    least, most = Goal("accuracy", at_least=0.9), Goal("loss", at_most=0.1)
    assert least.is_reached({"accuracy": 0.9})
    assert not least.is_reached({"accuracy": 0.89})
    assert most.is_reached({"loss": 0.1})
    assert not most.is_reached({"loss": 0.11})
    assert not most.is_reached({"loss": float("nan")})
    assert not most.is_reached({"accuracy": 1.0})


@pytest.mark.parametrize("name", ["nope", "", "../xor", "xor.json"])
def test_an_unknown_preset_is_reported(name: str) -> None:
    with pytest.raises(NotFoundError, match="there are circle, "):
        presets.load(name)
