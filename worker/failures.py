"""Failures: the errors that end a job, in the words of a problem object (RFC 9457)."""

from __future__ import annotations

from typing import Any

from trainlet.errors import CorruptFileError, DivergenceError, TrainletError


def describe(error: Exception) -> dict[str, Any]:
    """What a job's `error` says of an exception."""
    if isinstance(error, DivergenceError):
        return {
            "title": "Training diverged",
            "detail": str(error),
            "epoch": error.epoch,
            "step": error.step,
            "layer": error.layer,
            "hint": error.hint,
        }
    if isinstance(error, CorruptFileError):
        return {"title": "A stored file is damaged", "detail": str(error)}
    if isinstance(error, TrainletError):
        return {"title": "The data cannot be used", "detail": str(error)}
    if isinstance(error, MemoryError):
        return {
            "title": "Out of memory",
            "detail": "the worker's machine has too little memory for this job",
            "hint": "lower training/batch_size, the number of units or of samples",
        }
    return {
        "title": "Training failed",
        "detail": f"an error of the service itself: {type(error).__name__}; its log says more",
    }


def crashed(times: int, step: int) -> dict[str, Any]:
    """What a job's `error` says after crashes that would only go on."""
    return {
        "title": "The worker crashed",
        "detail": f"the process died {times} times, one after another, when it went on from "
        f"step {step}",
        "hint": "often the machine's memory is too small: lower training/batch_size, the number "
        "of units or of samples",
    }
