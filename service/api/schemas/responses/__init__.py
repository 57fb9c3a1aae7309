"""Response schemas, for documentation; views build the JSON themselves."""

from service.api.schemas.responses.datasets import DatasetPage, Preview, StoredDataset
from service.api.schemas.responses.dry_runs import DryRun
from service.api.schemas.responses.evaluations import Evaluated, Evaluation
from service.api.schemas.responses.explanations import Explained
from service.api.schemas.responses.health import Health, Readiness
from service.api.schemas.responses.jobs import History, Job, JobEpoch, JobPage
from service.api.schemas.responses.models import Alias, Model, ModelPage, ModelVersion, Summary
from service.api.schemas.responses.predictions import Points, Prediction
from service.api.schemas.responses.presets import PresetPage
from service.api.schemas.responses.problems import Problem

__all__ = [
    "Alias",
    "DatasetPage",
    "DryRun",
    "Evaluated",
    "Evaluation",
    "Explained",
    "Health",
    "History",
    "Job",
    "JobEpoch",
    "JobPage",
    "Model",
    "ModelPage",
    "ModelVersion",
    "Points",
    "Prediction",
    "PresetPage",
    "Preview",
    "Problem",
    "Readiness",
    "StoredDataset",
    "Summary",
]
