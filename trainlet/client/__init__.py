"""Python client: requests as methods, responses as dataclasses, problems as exceptions.

from trainlet import Client

with Client("http://127.0.0.1:8000") as client:
    job = client.train(spec)
    labels = client.predict(job.model.name, [[1.0, 3.0]]).labels
"""

from trainlet.client.client import DEFAULT_URL, Client
from trainlet.client.connection import Document
from trainlet.client.dataset import Column, Dataset
from trainlet.client.errors import (
    APIStatusError,
    DatasetError,
    EmptyFileError,
    EvaluationFailedError,
    InputTypeError,
    InputValueError,
    JobFailedError,
)
from trainlet.client.evaluation import Evaluation
from trainlet.client.events import Event
from trainlet.client.explanation import (
    Attribution,
    ColumnImportance,
    FeatureShare,
    Importance,
)
from trainlet.client.history import History
from trainlet.client.layers import LayerNumbers, Layers, Step
from trainlet.client.prediction import Prediction, PredictionArrays
from trainlet.client.results import Job, Model, ModelReference, Progress, Snapshot

__all__ = [
    "DEFAULT_URL",
    "APIStatusError",
    "Attribution",
    "Client",
    "Column",
    "ColumnImportance",
    "Dataset",
    "DatasetError",
    "Document",
    "EmptyFileError",
    "Evaluation",
    "EvaluationFailedError",
    "Event",
    "FeatureShare",
    "History",
    "Importance",
    "InputTypeError",
    "InputValueError",
    "Job",
    "JobFailedError",
    "LayerNumbers",
    "Layers",
    "Model",
    "ModelReference",
    "Prediction",
    "PredictionArrays",
    "Progress",
    "Snapshot",
    "Step",
]
