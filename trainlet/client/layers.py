"""Activations and gradients of layers, and one training step, as arrays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from trainlet.client.results import Document

Array = NDArray[np.float64]

HEAD = ("layer", "type", "equations")
DIGITS = 9
MAX_NUMBERS_SHOWN = 40


@dataclass(frozen=True, eq=False)
class LayerNumbers(Mapping[str, Array]):
    """Arrays of a layer by name, samples first: z and a (or y), delta, dC/dw, dC/db.

    `equations` maps an array to the equation that defines it, BP1 to BP4 (Nielsen 2015, chapter 2).
    """

    layer: int
    type: str
    arrays: dict[str, Array] = field(repr=False)
    equations: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        arrays = {name: array(values) for name, values in document.items() if name not in HEAD}
        return cls(document["layer"], document["type"], arrays, document.get("equations", {}))

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    def __str__(self) -> str:
        names = {
            name: f"{self.equations[name]}  {name}" if name in self.equations else f"     {name}"
            for name in self.arrays
        }
        lines = [f"  {names[name]:<12}  {text(values)}" for name, values in self.arrays.items()]
        return "\n".join([f"layer {self.layer}, {self.type}", *lines])


@dataclass(frozen=True, eq=False)
class Layers(Sequence[LayerNumbers]):
    """Arrays of all layers of a network; `cost` is set after a backward pass."""

    layers: tuple[LayerNumbers, ...]
    cost: float | None
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        cost = document.get("cost")
        layers = tuple(map(LayerNumbers.of, document["layers"]))
        return cls(layers, None if cost is None else float(cost), document)

    @overload
    def __getitem__(self, index: int) -> LayerNumbers: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[LayerNumbers, ...]: ...
    def __getitem__(self, index: int | slice) -> LayerNumbers | tuple[LayerNumbers, ...]:
        return self.layers[index]

    def __len__(self) -> int:
        return len(self.layers)

    def __str__(self) -> str:
        head = [] if self.cost is None else [f"cost {self.cost:.{DIGITS}g}"]
        return "\n".join([*head, *map(str, self.layers)])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


@dataclass(frozen=True, eq=False)
class Step:
    """One training step: parameters before and after, the update, and the layers.

    Weights are named `0.weight` (inputs × units) and `0.bias`. `differences` has, by array, the
    relative error between the gradient and central differences.
    """

    loss: float
    loss_after: float
    before: dict[str, Array] = field(repr=False)
    update: dict[str, Array] = field(repr=False)
    after: dict[str, Array] = field(repr=False)
    layers: Layers = field(repr=False)
    differences: dict[str, float]
    document: Document = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        passes = zip(document["forward"], document["backward"], strict=True)
        layers = [forward | backward for forward, backward in passes]
        before, update, after = (
            {name: array(values) for name, values in document[when].items()}
            for when in ("before", "update", "after")
        )
        return cls(
            float(document["loss"]),
            float(document["loss_after"]),
            before,
            update,
            after,
            Layers.of({"layers": layers, "cost": document["loss"]}),
            {
                name: float(each["relative_error"])
                for name, each in document["central_differences"].items()
            },
            document,
        )


def array(values: Any) -> Array:
    """Return nested lists as an array; non-finite numbers are strings in JSON."""
    return np.array(values, np.float64)


def text(values: Array) -> str:
    """Return an array in one line, with the middle of a large one omitted."""
    return np.array2string(
        values,
        precision=DIGITS,
        threshold=MAX_NUMBERS_SHOWN,
        edgeitems=3,
        separator=", ",
        max_line_width=10**6,
    ).replace("\n", "")
