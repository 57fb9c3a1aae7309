"""Datasets: where samples come from, how they are split and prepared for a network.

table = FourCircles(samples=3000, seed=7).load(read)
parts = Split(test=2000).parts(len(table.inputs))
prepared = Preparation().fit(table.take(parts.training), encoding)
inputs, targets = prepared.inputs(table.inputs), prepared.targets(table.targets)
"""

from trainlet.datasets.encoding import Encoding
from trainlet.datasets.features import Feature, parse
from trainlet.datasets.preparation import FittedPreparation, Preparation
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
from trainlet.datasets.split import Parts, Split
from trainlet.datasets.table import Description, Label, Read, Table, Task

__all__ = [
    "BreastCancer",
    "Circle",
    "Description",
    "Diabetes",
    "Digits",
    "Encoding",
    "Feature",
    "FittedPreparation",
    "FourCircles",
    "Gauss",
    "GaussianRegression",
    "Inline",
    "Iris",
    "Label",
    "Parts",
    "Plane",
    "Preparation",
    "Read",
    "Source",
    "Spiral",
    "Split",
    "Table",
    "Task",
    "Uploaded",
    "Wine",
    "Xor",
    "parse",
]
