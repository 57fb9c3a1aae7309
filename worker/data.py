"""Loading, splitting and preprocessing of a job's dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from trainlet.datasets import FittedPreprocessing, Read, Table, TargetEncoding, categories
from trainlet.datasets.split import Splits
from trainlet.network import Data, Network
from trainlet.network.arrays import Array
from trainlet.network.losses import Loss
from trainlet.network.metrics import Metric
from trainlet.spec import JobSpec, describe, encoding_of, network_of

MAX_LABELS_SHOWN = 20


@dataclass(frozen=True)
class PreparedData:
    """Everything that training needs. `validation` and `test` are None if not requested."""

    network: Network
    loss: Loss
    metrics: tuple[Metric, ...]
    preprocessing: FittedPreprocessing
    training: Data
    validation: Data | None
    test: Data | None
    warnings: tuple[str, ...]


def prepare(spec: JobSpec, read: Read) -> PreparedData:
    """Load and preprocess the data of an accepted spec.

    Raises NotFoundError, CorruptFileError or ValidationError if the data changed since acceptance.
    """
    description = describe(spec, read)
    network = network_of(spec, description)
    table = spec.dataset.preprocessing.table(spec.dataset.source.load(read))
    splits = spec.dataset.split.apply(len(table.inputs), table.targets)
    known = categories.known_in(table, splits.training)
    warnings = categories.warnings(table.forms, known.forms)
    table = known
    preprocessing = replace(
        spec.dataset.preprocessing.fit(table.take(splits.training), encoding_of(spec, description)),
        file=description.file,
    )

    data = partial(_data, table, preprocessing=preprocessing, network=network)
    if isinstance(spec.training.loss, str) or isinstance(spec.training.metrics, str):
        raise TypeError("the loss and the metrics of an accepted spec must be resolved")
    training = data(splits.training)
    validation = data(splits.validation) if len(splits.validation) else None
    test = data(splits.test) if len(splits.test) else None
    sets = {"training": training, "validation": validation, "test": test}
    return PreparedData(
        network=network,
        loss=spec.training.loss,
        metrics=spec.training.metrics,
        preprocessing=preprocessing,
        training=training,
        validation=validation,
        test=test,
        warnings=(
            *warnings,
            *preprocessing.warnings,
            *_unlearned(table.targets, splits, preprocessing.encoding),
            *_undefined(spec.training.metrics, sets),
        ),
    )


def _data(
    table: Table, rows: Array, *, preprocessing: FittedPreprocessing, network: Network
) -> Data:
    """Return rows of a table as inputs and targets of a network."""
    samples = table.take(rows)
    targets = preprocessing.targets(samples.targets, network.dtype)
    return Data(
        preprocessing.rows(samples.inputs, network.dtype),
        targets.reshape(-1, *network.output_shape),
        preprocessing.target_factor,
        preprocessing.encoding.decision,
    )


def _unlearned(targets: Array, splits: Splits, encoding: TargetEncoding) -> Iterator[str]:
    """Warn of labels that occur only in held-out rows, which the network cannot learn."""
    if encoding.labels is None or targets.shape[1] > 1:
        return
    learned = np.unique(targets[splits.training, 0])
    for name, rows in (("validation", splits.validation), ("test", splits.test)):
        lacking = np.setdiff1d(targets[rows, 0], learned).tolist()
        if lacking:
            more = ", …" * (len(lacking) > MAX_LABELS_SHOWN)
            shown = ", ".join(map(str, lacking[:MAX_LABELS_SHOWN])) + more
            yield f"labels of the {name} set are missing from the training set: {shown}"


def _undefined(metrics: tuple[Metric, ...], sets: Mapping[str, Data | None]) -> Iterator[str]:
    """Warn of each metric that is undefined (nan) on a set for every possible network."""
    for name, data in sets.items():
        if data is None or data.decision is None:
            continue
        targets = data.targets.reshape(len(data.targets), -1)
        for metric in metrics:
            reason = metric.undefined(targets, data.decision)
            if reason:
                yield f"{metric.name} is nan on the {name} set: {reason}"
