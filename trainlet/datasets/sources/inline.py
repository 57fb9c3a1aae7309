"""Source of samples inside the spec."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from trainlet.config import Length
from trainlet.datasets.sources import content, rows
from trainlet.datasets.sources.source import Source
from trainlet.datasets.sources.uploaded import Uploaded
from trainlet.datasets.table import Description, Read, Table, describe
from trainlet.errors import ValidationError


@dataclass(frozen=True)
class Inline(Source):
    """Samples in the spec: a row of numbers and a target per sample.

    Targets are all numbers, all strings, all booleans, or all rows of numbers or booleans. Raises
    ValidationError with the locations of up to 100 errors: rows of other lengths, empty lists,
    numbers that are not finite, and values of another type.
    """

    kind: ClassVar[str] = "inline"

    inputs: Annotated[
        tuple[Any, ...], Length(min=1), rows.RowsBound(), "One row of numbers per sample."
    ]
    targets: Annotated[
        tuple[Any, ...], Length(min=1), rows.TargetsBound(), "One target per sample."
    ]

    def __post_init__(self) -> None:
        super().__post_init__()
        result = rows.all_errors(self.inputs, self.targets)
        if result:
            raise ValidationError(result)

    def content(self) -> bytes:
        """Return the samples as canonical JSON, the stored form."""
        return content.write(self.inputs, self.targets)

    def describe(self, read: Read) -> Description:
        return describe(self.load(read))

    def load(self, read: Read) -> Table:
        return content.table(self.inputs, self.targets)

    def stored(self, put: Callable[[bytes], str]) -> Source:
        return Uploaded(put(self.content()))
