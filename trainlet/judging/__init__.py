"""Judging: how good a model is on samples with targets.

result = evaluate(model, Asked(source), read)
"""

from trainlet.judging.asked import Asked
from trainlet.judging.judged import Judged, judge, wanted
from trainlet.judging.measures import measures
from trainlet.judging.result import evaluate
from trainlet.judging.samples import rows_of, samples_for

__all__ = ["Asked", "Judged", "evaluate", "judge", "measures", "rows_of", "samples_for", "wanted"]
