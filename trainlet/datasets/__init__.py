"""Datasets: where samples come from, how they are split and prepared for a network.

table = FourCircles(samples=3000, seed=7).load(read)
parts = Split(test=2000).parts(len(table.inputs))
prepared = Preparation().fit(table.take(parts.training), encoding)
inputs, targets = prepared.inputs(table.inputs), prepared.targets(table.targets)
"""

from trainlet.datasets.encoding import Encoding
from trainlet.datasets.features import Feature, parse
from trainlet.datasets.preparation import FittedPreparation, Preparation
from trainlet.datasets.sources import FourCircles, Inline, Source, Uploaded
from trainlet.datasets.split import Parts, Split
from trainlet.datasets.table import Description, Label, Read, Table, Task

__all__ = [
    "Description",
    "Encoding",
    "Feature",
    "FittedPreparation",
    "FourCircles",
    "Inline",
    "Label",
    "Parts",
    "Preparation",
    "Read",
    "Source",
    "Split",
    "Table",
    "Task",
    "Uploaded",
    "parse",
]
