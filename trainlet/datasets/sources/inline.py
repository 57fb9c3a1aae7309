"""Samples written into the spec itself."""

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
    """Samples given in the spec: a row of numbers for each, and its target.

    A target is a number, text or a boolean, all of one sort, or a row of numbers or booleans.
    Raises ValidationError with the place of every error, up to 100: rows of other lengths, empty
    lists, numbers that are not finite, and anything of another type.
    """

    kind: ClassVar[str] = "inline"

    inputs: Annotated[
        tuple[Any, ...], Length(min=1), rows.RowsBound(), "A row of numbers a sample."
    ]
    targets: Annotated[tuple[Any, ...], Length(min=1), rows.TargetsBound(), "A target a sample."]

    def __post_init__(self) -> None:
        super().__post_init__()
        result = rows.all_errors(self.inputs, self.targets)
        if result:
            raise ValidationError(result)

    def content(self) -> bytes:
        """Write the samples as canonical JSON, the form in which they are stored."""
        return content.write(self.inputs, self.targets)

    def describe(self, read: Read) -> Description:
        return describe(self.load(read))

    def load(self, read: Read) -> Table:
        return content.table(self.inputs, self.targets)

    def stored(self, put: Callable[[bytes], str]) -> Source:
        return Uploaded(put(self.content()))
