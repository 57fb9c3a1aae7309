"""Training history: every metric after every finished epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from trainlet.client.report import report

Series = tuple[float, ...]


@dataclass(frozen=True)
class History(Mapping[str, Series]):
    """One series per metric, with one number per finished epoch, which may be NaN."""

    series: dict[str, Series]

    @classmethod
    def of(cls, document: dict[str, Any]) -> Self:
        """Return the value for a document, in which non-finite numbers are strings."""
        return cls(
            {
                name: tuple(float("nan") if value is None else float(value) for value in values)
                for name, values in document.items()
            }
        )

    def __getitem__(self, name: str) -> Series:
        return self.series[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.series)

    def __len__(self) -> int:
        return len(self.series)

    @property
    def epochs(self) -> int:
        """Number of finished epochs."""
        return max((len(values) for values in self.series.values()), default=0)

    def _repr_html_(self) -> str:
        last = {name: values[-1] for name, values in self.series.items() if values}
        return report("History", f"{self.epochs} epochs", last, self)
