"""The HTTP API from Python: its calls as methods, its answers as values, its problems as errors.

from trainlet import Client

with Client("http://127.0.0.1:8000") as client:
    job = client.train(spec)
    labels = client.predict(job.model.name, [[1.0, 3.0]]).labels
"""

from trainlet.client.client import DEFAULT_URL, Client
from trainlet.client.connection import Document
from trainlet.client.errors import Refused, Unsuccessful
from trainlet.client.history import History
from trainlet.client.results import Job, Model, ModelReference, Prediction, Progress

__all__ = [
    "DEFAULT_URL",
    "Client",
    "Document",
    "History",
    "Job",
    "Model",
    "ModelReference",
    "Prediction",
    "Progress",
    "Refused",
    "Unsuccessful",
]
