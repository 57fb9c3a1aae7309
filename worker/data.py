"""Data: what a job is trained on, loaded, split and prepared."""

from __future__ import annotations

from dataclasses import dataclass

from trainlet.datasets import FittedPreparation, Read, Table
from trainlet.spec import JobSpec, describe, encoding_of, network_of

from trainlet.network import Data, Loss, Network


@dataclass(frozen=True)
class Prepared:
    """All that training needs: `test` is None where nothing was kept from training."""

    network: Network
    loss: Loss
    classification: bool
    preparation: FittedPreparation
    training: Data
    test: Data | None
    warnings: tuple[str, ...]


def prepare(spec: JobSpec, read: Read) -> Prepared:
    """Load and prepare the data of an accepted spec.

    Raises NotFound, Corrupt or Invalid if the data are not what they were at acceptance.
    """
    description = describe(spec, read)
    network = network_of(spec, description)
    table = spec.dataset.source.load(read)
    parts = spec.dataset.split.parts(len(table.inputs))
    training = table.take(parts.training)
    preparation = spec.dataset.preparation.fit(
        training, encoding_of(spec, description)
    )
    if isinstance(spec.training.loss, str):
        raise TypeError("an accepted spec says its loss")
    return Prepared(
        network=network,
        loss=spec.training.loss,
        classification=spec.dataset.task == "classification",
        preparation=preparation,
        training=_data(network, preparation, training),
        test=_data(network, preparation, table.take(parts.test)) if len(parts.test) else None,
        warnings=preparation.warnings,
    )


def _data(network: Network, preparation: FittedPreparation, table: Table) -> Data:
    return Data(
        preparation.inputs(table.inputs, network.dtype),
        preparation.targets(table.targets, network.dtype),
    )
