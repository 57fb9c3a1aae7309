"""Evaluation of a model on samples with targets.

result = evaluate(model, EvaluationRequest(source), read)
"""

from trainlet.evaluation.evaluate import EvaluatedRows, evaluate_rows, requested_rows
from trainlet.evaluation.measures import measures
from trainlet.evaluation.request import EvaluationRequest
from trainlet.evaluation.result import evaluate
from trainlet.evaluation.samples import rows_of, samples_for

__all__ = [
    "EvaluatedRows",
    "EvaluationRequest",
    "evaluate",
    "evaluate_rows",
    "measures",
    "requested_rows",
    "rows_of",
    "samples_for",
]
