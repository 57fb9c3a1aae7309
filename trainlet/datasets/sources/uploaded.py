"""Samples that were stored before, as a file or from another spec."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Pattern
from trainlet.datasets.sources import content
from trainlet.datasets.sources.source import Source
from trainlet.datasets.table import Description, Read, Table, describe
from trainlet.errors import Conflict, Fault, Invalid, NotFound


@dataclass(frozen=True)
class Uploaded(Source):
    """A stored dataset. Inline samples are stored once and appear like this in a job's spec.

    How a file is read belongs to the dataset: with other options its file is another dataset.
    """

    kind: ClassVar[str] = "uploaded"

    id: Annotated[str, Pattern("[0-9a-f]{64}"), "Id of a dataset."]

    def describe(self, read: Read) -> Description:
        found = self._read(read)
        return describe(content.read_table(found)) if isinstance(found, bytes) else found[1]

    def load(self, read: Read) -> Table:
        found = self._read(read)
        return content.read_table(found) if isinstance(found, bytes) else found[0]

    def _read(self, read: Read) -> bytes | tuple[Table, Description]:
        try:
            return read(self.id)
        except (NotFound, Conflict) as error:
            words = "the id of a stored dataset that is ready"
            detail = f"must be {words}: {error}"
            raise Invalid([Fault(("id",), self.id, words, detail)]) from None
