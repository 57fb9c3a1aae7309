"""Published model of a finished job, with metrics and provenance."""

from __future__ import annotations

from typing import Any

from trainlet.network import Repeats, State, evaluator
from trainlet.store import Job, Model, Reason
from worker.data import PreparedData
from worker.provenance import fingerprint, packages
from worker.repeats import best_of


def model_of(
    job: Job,
    prepared: PreparedData,
    state: State | Repeats,
    seconds: float,
    reason: Reason | None,
) -> Model:
    """Build the model of a training run that ended for a reason after `seconds`."""
    provenance = _provenance(job, seconds, reason) | {"warnings": [*warnings_of(prepared, state)]}
    if isinstance(state, Repeats):
        best, summary = best_of(state, job.spec.training, lambda run: _metrics(prepared, run))
        provenance |= {"repeats": summary, "seed": summary["runs"][summary["best"]]["seed"]}
    else:
        best = state
    return Model(
        job=job.id,
        spec=job.spec,
        network=prepared.network,
        parameters=best.parameters,
        preprocessing=prepared.preprocessing,
        history=state.history,
        metrics=_metrics(prepared, best),
        provenance=provenance,
    )


def warnings_of(prepared: PreparedData, state: State | Repeats) -> tuple[str, ...]:
    """Return the warnings about the data and the training."""
    return *prepared.warnings, *(finding.message for finding in state.findings)


def _metrics(prepared: PreparedData, state: State) -> dict[str, float]:
    """Return the loss and the metrics on the training, validation and test sets."""
    evaluate = evaluator(
        prepared.network,
        state.parameters,
        prepared.loss,
        prepared.metrics,
        prepared.training.scale,
        prepared.training.decision,
    )
    parts = {"": prepared.training, "validation_": prepared.validation, "test_": prepared.test}
    return {
        f"{prefix}{name}": value
        for prefix, data in parts.items()
        if data is not None
        for name, value in evaluate(data.inputs, data.targets).items()
    }


def _provenance(job: Job, seconds: float, reason: Reason | None) -> dict[str, Any]:
    return {
        "seed": job.spec.training.seed,
        "fingerprint": fingerprint(),
        "packages": packages(),
        "end": reason,
        "attempts": job.attempt,
        "training_seconds": seconds,
        "created_at": job.created_at,
        "started_at": job.started_at,
    }
