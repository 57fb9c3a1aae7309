"""Metrics as defined by scikit-learn."""

from trainlet.network.metrics.accuracy import Accuracy, TopK
from trainlet.network.metrics.auc import Auc, areas
from trainlet.network.metrics.averaged import F1, Averaged, Counts, Precision, Recall
from trainlet.network.metrics.metric import Metric
from trainlet.network.metrics.regression import R2, AbsoluteError

__all__ = [
    "F1",
    "R2",
    "AbsoluteError",
    "Accuracy",
    "Auc",
    "Averaged",
    "Counts",
    "Metric",
    "Precision",
    "Recall",
    "TopK",
    "areas",
]
