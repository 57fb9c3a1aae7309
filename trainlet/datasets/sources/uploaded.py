"""Source of a stored dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Pattern
from trainlet.datasets.sources import content
from trainlet.datasets.sources.source import Source
from trainlet.datasets.table import Description, Read, Table, describe
from trainlet.errors import ConflictError, FieldError, NotFoundError, ValidationError


@dataclass(frozen=True)
class Uploaded(Source):
    """A stored dataset. Inline samples are stored too and appear like this in a job's spec.

    The reading options are part of the dataset: other options make another dataset.
    """

    kind: ClassVar[str] = "uploaded"

    id: Annotated[str, Pattern("[0-9a-f]{64}"), "Dataset id."]

    def describe(self, read: Read) -> Description:
        result = self._read(read)
        return describe(content.read_table(result)) if isinstance(result, bytes) else result[1]

    def load(self, read: Read) -> Table:
        result = self._read(read)
        return content.read_table(result) if isinstance(result, bytes) else result[0]

    def _read(self, read: Read) -> bytes | tuple[Table, Description]:
        try:
            return read(self.id)
        except (NotFoundError, ConflictError) as error:
            expected = "the id of a stored dataset that is ready"
            detail = f"must be {expected}: {error}"
            raise ValidationError([FieldError(("id",), self.id, expected, detail)]) from None
