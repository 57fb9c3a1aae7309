"""Error objects of failed jobs (RFC 9457)."""

from __future__ import annotations

from typing import Any

from trainlet.errors import CorruptFileError, DivergenceError, TrainletError


def describe(error: Exception) -> dict[str, Any]:
    """Return the `error` object of a job for an exception."""
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
        return {"title": "Stored file damaged", "detail": str(error)}
    if isinstance(error, TrainletError):
        return {"title": "Invalid data", "detail": str(error)}
    if isinstance(error, MemoryError):
        return {
            "title": "Out of memory",
            "detail": "the worker has too little memory for this job",
            "hint": "lower training/batch_size, the number of units or the number of samples",
        }
    return {
        "title": "Training failed",
        "detail": f"internal error ({type(error).__name__}); see the worker's log",
    }


def crashed(times: int, step: int) -> dict[str, Any]:
    """Return the `error` object of a job whose process crashed repeatedly at the same step."""
    return {
        "title": "The worker crashed",
        "detail": f"the process crashed {times} times in a row when it resumed from step {step}",
        "hint": "often the machine is out of memory: lower training/batch_size, the number of "
        "units or the number of samples",
    }
