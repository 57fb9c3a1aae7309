"""Real datasets of the package; `tables/SOURCES.md` lists their origins."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any, ClassVar

import numpy as np

from trainlet.datasets.columns import Task
from trainlet.datasets.sources.source import Source
from trainlet.datasets.table import Description, Read, Table, describe


@dataclass(frozen=True)
class RealSet(Source):
    """A dataset of the package, whose last column is the target."""

    task: ClassVar[Task] = "classification"

    def describe(self, read: Read) -> Description:
        return _described(self.kind, self.task)

    def load(self, read: Read) -> Table:
        return _loaded(self.kind)


@dataclass(frozen=True)
class Iris(RealSet):
    """150 iris flowers of 3 species, 4 measurements in cm (Fisher 1936)."""

    kind: ClassVar[str] = "iris"


@dataclass(frozen=True)
class Wine(RealSet):
    """178 wines of 3 cultivars, 13 chemical measurements (Aeberhard and Forina 1992)."""

    kind: ClassVar[str] = "wine"


@dataclass(frozen=True)
class BreastCancer(RealSet):
    """569 tumors, malignant or benign, 30 measurements (Street, Wolberg and Mangasarian 1993)."""

    kind: ClassVar[str] = "breast_cancer"


@dataclass(frozen=True)
class Digits(RealSet):
    """1797 handwritten digits of 8 × 8 pixels from 0 to 16 (Alpaydin and Kaynak 1998).

    The 64 columns are the pixels row by row: `reshape` [8, 8, 1] makes them an image.
    """

    kind: ClassVar[str] = "digits"


@dataclass(frozen=True)
class Diabetes(RealSet):
    """442 patients, 10 measurements, progression a year later (Efron et al. 2004, LARS)."""

    kind: ClassVar[str] = "diabetes"
    task: ClassVar[Task] = "regression"


@cache
def _loaded(kind: str) -> Table:
    """Load a dataset once, as read-only arrays that all callers share."""
    packed = files("trainlet.datasets.sources").joinpath(f"tables/{kind}.csv.gz").read_bytes()
    names, *rows = csv.reader(StringIO(gzip.decompress(packed).decode()))
    inputs = np.array([row[:-1] for row in rows]).astype(np.float64)
    written = [row[-1] for row in rows]
    try:
        targets: Any = np.array(written).astype(np.float64)
    except ValueError:
        targets = np.array(written, object)
    for array in (inputs, targets):
        array.flags.writeable = False
    return Table(tuple(names[:-1]), inputs, targets[:, np.newaxis])


@cache
def _described(kind: str, task: Task) -> Description:
    return describe(_loaded(kind), task)
