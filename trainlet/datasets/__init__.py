"""Sources of samples, splits and preprocessing.

table = FourCircles(samples=3000, seed=7).load(read)
parts = Split(test=2000).apply(len(table.inputs))
prepared = Preprocessing().fit(table.take(parts.training), encoding)
inputs, targets = prepared.inputs(table.inputs), prepared.targets(table.targets)
"""

from trainlet.datasets.columns import Column, Detail, Label, Task
from trainlet.datasets.features import Feature, Polynomial
from trainlet.datasets.fitted import FittedPreprocessing
from trainlet.datasets.mapped_table import MappedTable, PreprocessedRows
from trainlet.datasets.preprocessing import Preprocessing
from trainlet.datasets.profile import Profile
from trainlet.datasets.reading_options import ReadingOptions
from trainlet.datasets.sources import (
    BreastCancer,
    Circle,
    Diabetes,
    Digits,
    FourCircles,
    Gauss,
    GaussianRegression,
    Inline,
    Iris,
    Plane,
    Source,
    Spiral,
    Uploaded,
    Wine,
    Xor,
)
from trainlet.datasets.split import Split, Splits
from trainlet.datasets.stand_in import stand_in, stays_in_file
from trainlet.datasets.table import Description, Read, Table, described
from trainlet.datasets.target_encoding import TargetEncoding
from trainlet.datasets.training_file import TrainingFile

__all__ = [
    "BreastCancer",
    "Circle",
    "Column",
    "Description",
    "Detail",
    "Diabetes",
    "Digits",
    "Feature",
    "FittedPreprocessing",
    "FourCircles",
    "Gauss",
    "GaussianRegression",
    "Inline",
    "Iris",
    "Label",
    "MappedTable",
    "Plane",
    "Polynomial",
    "PreprocessedRows",
    "Preprocessing",
    "Profile",
    "Read",
    "ReadingOptions",
    "Source",
    "Spiral",
    "Split",
    "Splits",
    "Table",
    "TargetEncoding",
    "Task",
    "TrainingFile",
    "Uploaded",
    "Wine",
    "Xor",
    "described",
    "stand_in",
    "stays_in_file",
]
