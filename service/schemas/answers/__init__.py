"""What answers look like. Views write them by hand; these schemas document them."""

from service.schemas.answers.datasets import DatasetPage, Preview, StoredDataset
from service.schemas.answers.dry_runs import DryRun
from service.schemas.answers.evaluations import Evaluated, Evaluation
from service.schemas.answers.explanations import Explained
from service.schemas.answers.health import Health, Readiness
from service.schemas.answers.jobs import History, Job, JobEpoch, JobPage
from service.schemas.answers.models import Alias, Model, ModelPage, ModelVersion, Summary
from service.schemas.answers.predictions import Points, Prediction
from service.schemas.answers.presets import PresetPage
from service.schemas.answers.problems import Problem

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
