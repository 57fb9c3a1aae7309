"""Samples that were stored before, under the SHA-256 of their content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from trainlet.config import Pattern
from trainlet.datasets.reading_options import ReadingOptions
from trainlet.datasets.sources import content
from trainlet.datasets.sources.source import Source
from trainlet.datasets.table import Description, Read, Table, describe
from trainlet.errors import Conflict, Fault, Invalid, NotFound


@dataclass(frozen=True)
class Uploaded(Source):
    """A stored dataset. Inline samples are stored once and appear like this in a job's spec.

    A file is read when it is uploaded; what is said here of how it is written has to agree.
    """

    kind: ClassVar[str] = "uploaded"

    id: Annotated[str, Pattern("[0-9a-f]{64}"), "SHA-256 of the content."]
    delimiter: Annotated[
        Literal["comma", "semicolon", "tab"] | None,
        "What stands between values of a CSV file; null: as it was read.",
    ] = None
    header: Annotated[
        bool | None, "Whether its first line names the columns; null: as it was read."
    ] = None
    decimal: Annotated[
        Literal["point", "comma"] | None,
        "What stands between whole numbers and fractions; null: as it was read.",
    ] = None

    def describe(self, read: Read) -> Description:
        found = self._read(read)
        return describe(content.read_table(found)) if isinstance(found, bytes) else found[1]

    def load(self, read: Read) -> Table:
        found = self._read(read)
        return content.read_table(found) if isinstance(found, bytes) else found[0]

    def _read(self, read: Read) -> bytes | tuple[Table, Description]:
        try:
            found = read(self.id)
        except (NotFound, Conflict) as error:
            words = "the id of a stored dataset that is ready"
            detail = f"must be {words}: {error}"
            raise Invalid([Fault(("id",), self.id, words, detail)]) from None
        faults = list(self._misread(None if isinstance(found, bytes) else found[1].form))
        if faults:
            raise Invalid(faults)
        return found

    def _misread(self, form: ReadingOptions | None) -> Iterator[Fault]:
        """Find what is said of the file and is not how it was read."""
        was = {} if form is None else vars(form) | {"header": form.header == "true"}
        for name in ("delimiter", "header", "decimal"):
            said = getattr(self, name)
            if said is None or said == was.get(name):
                continue
            if form is None:
                yield Fault((name,), said, "null", "must be null: this is no CSV file")
                continue
            shown = str(was[name]).lower()
            anew = f"delete it and upload it again with ?{name}={str(said).lower()}"
            detail = f"the file was read with {name} {shown}: {anew}, or leave this out"
            yield Fault((name,), said, f"{shown} or null", detail)
