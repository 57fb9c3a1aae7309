"""Judging: models on samples that are too many for one answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from trainlet.config import from_json
from trainlet.errors import CorruptFileError, NotFoundError, ValidationError
from trainlet.evaluation import EvaluationRequest, evaluate
from trainlet.settings import Settings
from trainlet.store import Store

log = logging.getLogger("trainlet.worker")


def evaluate_model(
    evaluation: str, attempt: int, store: Store, settings: Settings, tick: Callable[[], None]
) -> None:
    """Judge a model and record what was found; `tick` is called now and then.

    Raises NotFoundError if the evaluation is gone, and OSError if the disk fails.
    """
    evaluations = store.evaluations
    wanted = evaluations.get(evaluation)
    request = from_json(EvaluationRequest, wanted.document)
    try:
        model = store.models.load(wanted.model, wanted.version)
        result = evaluate(model, request, store.datasets.read, tick)
    except (ValidationError, CorruptFileError, NotFoundError) as error:
        evaluations.background_tasks.fail(evaluation, _document(error))
        log.info("evaluation %s: %s", evaluation, error)
        return
    evaluations.finish(evaluation, result)
    log.info("evaluation %s: done", evaluation)


def _document(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{field_error.pointer}: {field_error.detail}" for field_error in error.errors[:10]
        )
    return str(error)
