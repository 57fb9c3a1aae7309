"""Evaluation of a model on samples with targets.

result = evaluate(model, Asked(source), read)
"""

from trainlet.evaluation.evaluate import Judged, judge, wanted
from trainlet.evaluation.measures import measures
from trainlet.evaluation.request import Asked
from trainlet.evaluation.result import evaluate
from trainlet.evaluation.samples import rows_of, samples_for

__all__ = ["Asked", "Judged", "evaluate", "judge", "measures", "rows_of", "samples_for", "wanted"]
