"""Evaluation of models on datasets that are too large for one HTTP response."""

from __future__ import annotations

import logging
from collections.abc import Callable

from trainlet.config import from_json
from trainlet.errors import CorruptFileError, NotFoundError, ValidationError
from trainlet.evaluation import EvaluationRequest, evaluate
from trainlet.logs import fields
from trainlet.settings import Settings
from trainlet.store import Store

log = logging.getLogger("trainlet.worker")


def evaluate_model(
    evaluation: str, attempt: int, store: Store, settings: Settings, tick: Callable[[], None]
) -> None:
    """Evaluate a model and record the metrics. `tick` is called regularly.

    Raises NotFoundError if the evaluation was deleted, and OSError if the disk fails.
    """
    evaluations = store.evaluations
    wanted = evaluations.get(evaluation)
    request = from_json(EvaluationRequest, wanted.document)
    try:
        model = store.models.load(wanted.model, wanted.version)
        result = evaluate(model, request, store.datasets.read, tick)
    except (ValidationError, CorruptFileError, NotFoundError) as error:
        evaluations.background_tasks.fail(evaluation, _document(error))
        log.info("failed evaluation: %s", error, extra=fields(evaluation=evaluation))
        return
    evaluations.finish(evaluation, result)
    log.info("finished evaluation", extra=fields(evaluation=evaluation))


def _document(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{field_error.pointer}: {field_error.detail}" for field_error in error.errors[:10]
        )
    return str(error)
