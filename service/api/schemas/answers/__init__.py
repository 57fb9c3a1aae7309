"""Response schemas, for documentation; views build the JSON themselves."""

from service.api.schemas.answers.datasets import DatasetPage, Preview, StoredDataset
from service.api.schemas.answers.dry_runs import DryRun
from service.api.schemas.answers.evaluations import Evaluated, Evaluation
from service.api.schemas.answers.explanations import Explained
from service.api.schemas.answers.health import Health, Readiness
from service.api.schemas.answers.jobs import History, Job, JobEpoch, JobPage
from service.api.schemas.answers.models import Alias, Model, ModelPage, ModelVersion, Summary
from service.api.schemas.answers.predictions import Points, Prediction
from service.api.schemas.answers.presets import PresetPage
from service.api.schemas.answers.problems import Problem

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
