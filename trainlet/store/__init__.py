"""Durable storage of jobs, models and datasets as create-only records.

A job's state follows from the names of its records.

    store = Store("file:///var/lib/trainlet/blobs")
    job = store.jobs.accept(spec)
"""

from __future__ import annotations

from copy import copy
from pathlib import Path

from trainlet.store.aliases import ALIAS, Aliases
from trainlet.store.api_keys import ApiKey, ApiKeys
from trainlet.store.attempts import AttemptEvent, Attempts, End, History, Reason
from trainlet.store.backends import open_blobs
from trainlet.store.background_tasks import BackgroundTasks
from trainlet.store.blobs import Blobs
from trainlet.store.checkpoints import Checkpoints
from trainlet.store.datasets import Datasets
from trainlet.store.evaluations import Evaluation, Evaluations
from trainlet.store.idempotency_keys import IdempotencyKeys
from trainlet.store.imports import read_foreign_model
from trainlet.store.job import Job, Submission
from trainlet.store.job_state import JobState
from trainlet.store.jobs import Jobs
from trainlet.store.model_file import Model
from trainlet.store.model_record import ModelRecord
from trainlet.store.models import ModelPage, Models
from trainlet.store.retention import Retention
from trainlet.store.snapshots import Snapshot, Snapshots, pack_snapshot, unpack_snapshot
from trainlet.store.tenant_view import EVERYTHING, TenantView
from trainlet.store.upload import Upload
from trainlet.store.uploads import Uploads
from trainlet.store.versions import Versions

__all__ = [
    "ALIAS",
    "EVERYTHING",
    "Aliases",
    "ApiKey",
    "ApiKeys",
    "AttemptEvent",
    "Attempts",
    "BackgroundTasks",
    "Blobs",
    "Checkpoints",
    "Datasets",
    "End",
    "Evaluation",
    "Evaluations",
    "History",
    "IdempotencyKeys",
    "Job",
    "JobState",
    "Jobs",
    "Model",
    "ModelPage",
    "ModelRecord",
    "Models",
    "Reason",
    "Retention",
    "Snapshot",
    "Snapshots",
    "Store",
    "Submission",
    "TenantView",
    "Upload",
    "Uploads",
    "pack_snapshot",
    "read_foreign_model",
    "unpack_snapshot",
]

FOLDERS = (
    "jobs",
    "open",
    "checkpoints",
    "snapshots",
    "models",
    "versions",
    "aliases",
    "datasets",
    "contents",
    "uploads",
    "profiling",
    "evaluations",
    "evaluating",
    "keys",
    "access",
)


class Store:
    """All records at one location; `kept` is a local cache directory that may be lost.

    jobs        accepted specs, cancellation and history; written by the API
    attempts    claims, hand-backs and ends; written by workers
    models      trained networks, by name and version or alias
    evaluations evaluations of models by workers
    uploads     uploaded files, their reading options and profiles
    datasets    training data: samples of specs by their SHA-256, and uploads
    checkpoints states of running jobs
    snapshots   states of jobs after recorded epochs
    keys        idempotency keys and the jobs they created
    api_keys    API keys and their scopes
    retention   removal of expired records
    """

    def __init__(self, location: str | Blobs, kept: Path | None = None) -> None:
        self.blobs = open_blobs(location, kept) if isinstance(location, str) else location
        with self.blobs.batch() as batch:
            for folder in FOLDERS:
                batch.make_folder(folder)
        versions = Versions(self.blobs)
        self.checkpoints = Checkpoints(self.blobs)
        self.snapshots = Snapshots(self.blobs)
        self.attempts = Attempts(self.blobs, self.checkpoints)
        self.keys = IdempotencyKeys(self.blobs)
        self.jobs = Jobs(self.blobs, self.attempts, versions, self.keys)
        self.models = Models(self.blobs, self.jobs, versions, Aliases(self.blobs))
        self.uploads = Uploads(self.blobs)
        self.datasets = Datasets(self.blobs, self.uploads)
        self.evaluations = Evaluations(self.blobs)
        self.api_keys = ApiKeys(self.blobs)
        self.retention = Retention(
            self.blobs, self.attempts, self.jobs, self.keys, self.evaluations
        )

    def for_tenant(self, view: TenantView) -> Store:
        """Return a view of the store that is limited to a tenant's jobs, models and uploads."""
        store = copy(self)
        store.jobs, store.models = self.jobs.for_tenant(view), self.models.for_tenant(view)
        store.uploads = self.uploads.for_tenant(view)
        store.datasets = Datasets(self.blobs, store.uploads)
        return store

    def check(self) -> None:
        """Raise ServiceUnavailableError unless the store can be read."""
        self.blobs.check("jobs")
