"""Deduplicated contents of uploaded files, shared by datasets through references.

`contents/{digest}-{number}` contains `data`, one reference per dataset with a unique name, and
`closed` while the data are deleted. No lock is needed. A process that adds a reference checks for
`closed` afterwards. A process that deletes creates `closed` and checks for references afterwards.
At least one of both sees the other: a closed content gets no new references, and a content with
references is not deleted. If the same bytes arrive while their content is closed, they are stored
under the next number.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from trainlet.errors import NotFoundError
from trainlet.store.blobs import Blobs

FOLDER = "contents"


@dataclass(frozen=True)
class Reference:
    """Reference of one dataset to a content; each dataset record has its own."""

    content: str
    name: str

    @property
    def key(self) -> str:
        """Key of the reference."""
        return f"{FOLDER}/{self.content}/{self.name}"


class Contents:
    """All contents of uploaded files."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def add(self, digest: str, dataset_id: str, keep: Callable[[str], object]) -> Reference:
        """Return a new reference to the content with a digest, stored by `keep` if it is new."""
        for number in count(1):
            reference = self.refer(f"{digest}-{number}", dataset_id)
            if not self._blobs.exists(f"{FOLDER}/{reference.content}/closed"):
                break
            self.release(reference)
        # The reference protects the data from here on, so they are stored after it.
        keep(f"{FOLDER}/{reference.content}/data")
        return reference

    def refer(self, content: str, dataset_id: str) -> Reference:
        """Return a new reference to a content.

        It protects a content that is not closed, or that another dataset needs once the reference
        exists.
        """
        reference = Reference(content, f"ref-{secrets.token_hex(8)}")
        while True:
            # The folder may be removed as empty in between, seldom twice.
            with suppress(NotFoundError), self._blobs.batch() as batch:
                batch.make_folder(f"{FOLDER}/{content}")
                batch.create(reference.key, dataset_id.encode())
                return reference

    def release(self, reference: Reference) -> None:
        """Delete a reference, and its content if no other dataset needs it."""
        self._blobs.delete(reference.key)
        self.collect(reference.content)

    def collect(self, content: str) -> None:
        """Delete a content unless it has references or another caller deletes it."""
        folder = f"{FOLDER}/{content}"
        while not self._references(content) and self._close(folder):
            if not self._references(content):
                self._blobs.delete(f"{folder}/data")
                self._blobs.delete(f"{folder}/closed")
                self._blobs.delete_if_empty(folder)
                return
            self._blobs.delete(f"{folder}/closed")

    def reopen(self, content: str) -> None:
        """Cancel a deletion whose process has died."""
        self._blobs.delete(f"{FOLDER}/{content}/closed")

    def path(self, content: str) -> Path:
        """Return a file with the data. Raises NotFoundError."""
        return self._blobs.local(f"{FOLDER}/{content}/data")

    def old(self, latest: float) -> Iterator[tuple[str, list[tuple[Reference, str]]]]:
        """Yield contents of which nothing was written after a time, in nanoseconds.

        Each comes with its references and the ids of their datasets.
        """
        for content in self._blobs.names(FOLDER):
            with suppress(NotFoundError):
                folder = f"{FOLDER}/{content}"
                names = self._blobs.names(folder)
                if all(self._blobs.written_at(f"{folder}/{name}") < latest for name in names):
                    references = [Reference(content, name) for name in self._references(content)]
                    yield content, [(each, self._dataset(each)) for each in references]

    def _references(self, content: str) -> list[str]:
        names = self._blobs.names(f"{FOLDER}/{content}")
        return [name for name in names if name.startswith("ref-")]

    def _dataset(self, reference: Reference) -> str:
        return self._blobs.read(reference.key).decode(errors="replace")

    def _close(self, folder: str) -> bool:
        with suppress(NotFoundError):
            return self._blobs.create(f"{folder}/closed", b"")
        return False
