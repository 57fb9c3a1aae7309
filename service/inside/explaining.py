"""Explaining: what each column is worth to a network, and what its answer for a point rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.bodies import number, numbers
from service.context import Context
from service.inside.looking import Subject, inputs_of
from service.inside.samples import OwnSamples
from service.schemas.queries import Explanation
from trainlet.datasets import Label, Read
from trainlet.errors import Invalid, TooLarge
from trainlet.judging import measures, wanted
from trainlet.network import evaluator, predictor
from trainlet.network.inspection import attribute, multiplications
from trainlet.store import Model

WORK = 2 * 10**10
"""Multiplications that all shufflings together may take, a second or so."""

A_FEATURE = 25
"""What preparing one feature takes, in multiplications."""

NUMBERS = 2**22
"""Prepared features that are held at a time."""

FEWEST = 10
"""Rows from which something can be said."""

Array = NDArray[Any]
Evaluate = Callable[[Array], dict[str, float]]


def explain(subject: Subject, explanation: Explanation, house: Context) -> dict[str, Any]:
    """Explain the answer for a point, or else what each column is worth.

    Raises Invalid for a point that does not fit, and what `importance` raises.
    """
    if explanation.point is None:
        read, most = house.store.datasets.read, house.settings.max_points
        told = importance(subject.model, explanation.repeats, explanation.seed, read, most)
    else:
        try:
            inputs = inputs_of(subject, [list(explanation.point)], house)
        except Invalid as error:
            # The one point stands here without a list of points round it.
            faults = (replace(fault, path=("point", *fault.path[2:])) for fault in error.faults)
            raise Invalid(faults) from None
        told = {"point": attribution(subject.model, inputs)}
    return dict(subject.name) | told


def importance(model: Model, repeats: int, seed: int, read: Read, most: int) -> dict[str, Any]:
    """Tell how much worse loss and metrics get once a column is shuffled among held-out samples.

    The rise of the loss is a column's importance (Breiman 2001, section 10; Fisher et al. 2019,
    section 3): its mean and deviation over `repeats` shufflings. Raises Conflict for a model that
    was imported, TooLarge where too few samples could be looked at.
    """
    samples = OwnSamples.of(model, read)
    part = samples.held_out
    table = samples.table(part, _rows(model, repeats, most))
    evaluate = _evaluator(model, wanted(model, table))
    before = evaluate(table.inputs)
    chance = np.random.default_rng(seed)
    columns = []
    for place, name in enumerate(model.preparation.columns):
        shuffled = table.inputs.copy()
        changes: dict[str, list[float]] = {what: [] for what in before}
        for _ in range(repeats):
            shuffled[:, place] = chance.permutation(table.inputs[:, place])
            for what, value in evaluate(shuffled).items():
                changes[what].append(value - before[what])
        columns.append(_column(name, changes))
    told = {"part": part, "rows": len(table.inputs), "repeats": repeats}
    return told | {"metrics": numbers(before), "columns": columns}


def _column(name: str, changes: dict[str, list[float]]) -> dict[str, Any]:
    means = {what: float(np.mean(found)) for what, found in changes.items()}
    return {
        "column": name,
        "importance": number(means.pop("loss")),
        "deviation": number(float(np.std(changes["loss"]))),
        "metrics": numbers(means),
    }


def _rows(model: Model, repeats: int, most: int) -> int:
    columns = len(model.preparation.columns)
    one = multiplications(model.network) + A_FEATURE * len(model.preparation.features)
    rows = min(
        most, WORK // (one * (columns * repeats + 1)), NUMBERS // len(model.preparation.features)
    )
    if rows < FEWEST:
        raise TooLarge(
            f"{repeats} shufflings of each of {columns} columns take too long for this network:"
            f" at most {WORK} multiplications are taken"
        )
    return rows


def _evaluator(model: Model, targets: Array) -> Evaluate:
    loss, metrics = measures(model)
    preparation, network = model.preparation, model.network
    evaluate = evaluator(
        network,
        model.parameters,
        loss,
        metrics,
        preparation.target_factor,
        preparation.encoding.decision,
    )
    shaped = targets.reshape(-1, *network.output_shape)
    return lambda points: evaluate(preparation.inputs(points, network.dtype), shaped)


def attribution(model: Model, inputs: Array) -> dict[str, Any]:
    """Tell for one point, as the network sees it, gradient × input of the output it answers with.

    ∂y/∂x · x for each feature x (Shrikumar et al. 2016), y the largest output.
    """
    network, preparation = model.network, model.preparation
    outputs = predictor(network, model.parameters)(inputs).reshape(1, -1)
    unit = int(outputs[0].argmax())
    slopes = attribute(network, model.parameters, inputs, np.array([unit])).ravel()
    shares = zip(preparation.features, inputs.ravel().tolist(), slopes.tolist(), strict=True)
    return {
        "output": number(float(outputs[0, unit])),
        "unit": unit,
        "label": _label(preparation.labels, outputs.shape[1], unit),
        "features": [
            {
                "feature": name,
                "input": number(value),
                "gradient": number(slope),
                "product": number(value * slope),
            }
            for name, value, slope in shares
        ],
    }


def _label(labels: tuple[Label, ...] | None, units: int, unit: int) -> Label | None:
    """The label that a unit speaks for; a single one speaks for the second."""
    return None if labels is None else labels[unit if units > 1 else 1]
