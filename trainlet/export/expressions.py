"""Expressions: what the functions of features compute, found by letting them compute symbols."""

from __future__ import annotations

from typing import Any

import numpy as np

from trainlet.datasets import FittedPreparation, parse

Expression = list[Any]
"""`["column", 0]` for an encoded column, or an operation with what it takes: `["power", x, 2]`,
`["sin", x]`, `["cos", x]`, `["multiply", x, y]`."""


class _Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """Stands for a column; numpy's functions of it are written down."""

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any) -> _Symbol:
        operands = [one.expression if isinstance(one, _Symbol) else one for one in inputs]
        return _Symbol([ufunc.__name__, *operands])


def expressions(preparation: FittedPreparation) -> list[Expression]:
    """What the network sees of a point, one expression a feature, over the encoded columns."""
    found = []
    for text in preparation.features:
        feature = parse(text, preparation.encoded)
        if feature is None:
            raise ValueError(f"{text} is no feature of the columns")
        symbols: list[Any] = [_Symbol(["column", place]) for place in feature.columns]
        computed: Any = feature.function(*symbols)
        found.append(computed.expression)
    return found
