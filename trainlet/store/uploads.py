"""Uploads: files that users brought, under the SHA-256 of their content, and their profiles.

`datasets/{id}` is the content. Reading it is an errand in the folder `uploads/{id}`, where
`numbers` stands too if the content itself is not a matrix; `profiling/{id}` exists until it ends.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any, Literal

import numpy as np

from trainlet.datasets import Description, Profile, Table
from trainlet.errors import Conflict, Corrupt, Fault, Invalid, NotFound, TooLarge
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.errands import Errands
from trainlet.store.sight import EVERYTHING, Sight

KEPT = 32
"""Profiles that are kept in memory: one of many columns takes a while to be read."""

_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Upload:
    """An uploaded file as the record tells it; `form` is what its user said of it."""

    id: str
    name: str
    media_type: str
    bytes: int
    created_at: str
    status: Literal["profiling", "ready", "failed"]
    form: dict[str, Any] = field(default_factory=dict)
    error: str | None = None
    owner: str | None = None
    document: dict[str, Any] | None = field(default=None, repr=False)
    """The profile in JSON form."""

    @cached_property
    def profile(self) -> Profile:
        """What is known of its columns. Raises Conflict unless it is ready."""
        if self.document is None:
            told = f"has failed: {self.error}" if self.error else "is not ready: it is being read"
            raise Conflict(f"dataset {self.id} {told}")
        try:
            return Profile.from_json(self.document)
        except (Invalid, TypeError, LookupError) as error:
            raise Corrupt(f"the profile of dataset {self.id} is broken: {error}") from None


class Uploads:
    """All uploads, as far as somebody sees them."""

    def __init__(self, blobs: Blobs, sight: Sight = EVERYTHING) -> None:
        self._blobs = blobs
        self._sight = sight
        self.errands = Errands(blobs, "uploads", "profiling")
        """Reading them."""
        self._read: dict[tuple[int, str], Upload] = {}

    def seen_by(self, sight: Sight) -> Uploads:
        """The same, as far as somebody sees it."""
        return Uploads(self._blobs, sight)

    def receive(
        self, chunks: Iterable[bytes], most: int, name: str, media_type: str, form: dict[str, Any]
    ) -> tuple[Upload, bool]:
        """Store a file as it comes in; True if it was not there before.

        Raises TooLarge beyond `most` bytes, Invalid for an empty one, and Conflict if the same
        content is there as another kind of file. Nothing is left behind then, nor if `chunks`
        raises.
        """
        digest, size = hashlib.sha256(), 0
        if self._sight.owner is not None:
            # Nobody shall learn what others have, not even by having the same.
            digest.update(f"{self._sight.owner}\0".encode())
        with self._blobs.new_file("datasets") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise TooLarge(f"the file has more than {most} bytes")
                digest.update(chunk)
                file.write(chunk)
            if not size:
                words = "a file that is not empty"
                raise Invalid([Fault((), "", words, f"must be {words}")])
            upload_id = digest.hexdigest()
            about = {
                "name": name,
                "media_type": media_type,
                "form": form,
                "bytes": size,
                "created_at": records.now(),
                "owner": self._sight.owner,
            }
            file.keep(f"datasets/{upload_id}")
        with self._blobs.batch() as batch:
            created = self.errands.ask(batch, upload_id, about)
        upload = self.get(upload_id)
        if (upload.media_type, upload.form) != (media_type, form):
            raise Conflict(
                f"this content is there as dataset {upload_id}, but read in another way: as"
                f" {upload.media_type} {upload.form}; delete it first"
            )
        return upload, created

    def get(self, upload_id: str) -> Upload:
        """The upload with this id. Raises NotFound."""
        key = f"uploads/{upload_id}"
        names = self._blobs.names(key) if _ID.fullmatch(upload_id) else []
        if "about" not in names:
            raise NotFound(f"there is no dataset {upload_id[:64]!r}")
        upload = self._known(upload_id, names)
        if not self._sight.sees(upload.owner, self._sight.prefix):
            raise NotFound(f"there is no dataset {upload_id[:64]!r}")
        return upload

    def _known(self, upload_id: str, names: Sequence[str]) -> Upload:
        if "end" not in names:
            return self._get(upload_id, names)
        # The same content may have been deleted and uploaded again, to be read in another way.
        stamp = self._blobs.written_at(f"uploads/{upload_id}/end"), upload_id
        if stamp not in self._read:
            if len(self._read) >= KEPT:
                self._read.clear()
            self._read[stamp] = self._get(upload_id, names)
        return self._read[stamp]

    def _get(self, upload_id: str, names: Sequence[str]) -> Upload:
        key = f"uploads/{upload_id}"
        about = records.decode(
            self._blobs.read(f"{key}/about"), "name", "media_type", "form", "bytes", "created_at"
        )
        del about["format"]
        end: dict[str, Any] = {}
        if "end" in names:
            end = records.decode(self._blobs.read(f"{key}/end"), "status")
        return Upload(
            id=upload_id,
            status=end.get("status", "profiling"),
            error=end.get("error"),
            document=end.get("profile"),
            **about,
        )

    def list(self, limit: int, cursor: str | None = None) -> tuple[list[Upload], str | None]:
        """Up to `limit` uploads, newest first, and the cursor of the next ones, if there are."""
        found: list[Upload] = []
        for upload_id in self._blobs.names("uploads"):
            with suppress(NotFound, Corrupt):
                found.append(self.get(upload_id))
        found.sort(key=lambda upload: (upload.created_at, upload.id), reverse=True)
        places = [place for place, upload in enumerate(found) if upload.id == cursor]
        first = places[0] + 1 if places else 0
        page = found[first : first + limit]
        return page, page[-1].id if len(found) > first + limit else None

    def delete(self, upload_id: str) -> None:
        """Remove an upload; who reads it just now can go on. Raises NotFound."""
        self.get(upload_id)
        self.errands.delete(upload_id)
        self._blobs.delete(f"datasets/{upload_id}")

    def content(self, upload_id: str) -> Path:
        """The file itself."""
        return self._blobs.local(f"datasets/{upload_id}")

    def draft(self, upload_id: str, attempt: int) -> Path:
        """Where an attempt may write numbers; what earlier ones left there is removed."""
        return self._blobs.draft(f"uploads/{upload_id}", f"numbers-{attempt}")

    def finish(self, upload_id: str, profile: Profile, draft: Path) -> None:
        """Record that a file can be used, its numbers being those of `draft` if they are needed."""
        if profile.offset is None:
            self._blobs.adopt(draft, f"uploads/{upload_id}/numbers")
        self.errands.end(upload_id, {"status": "ready", "profile": profile.to_json()})

    def table(self, upload_id: str) -> tuple[Table, Description]:
        """The samples of an upload, mapped, and what is known of them.

        Raises NotFound, Conflict unless it is ready, and Corrupt if a file is not what it was.
        """
        upload = self.get(upload_id)
        profile = upload.profile
        own = profile.offset is None
        key = f"uploads/{upload_id}/numbers" if own else f"datasets/{upload_id}"
        width, dtype = len(profile.details), np.dtype(profile.dtype)
        shape = (width, profile.rows) if profile.by_column else (profile.rows, width)
        offset = profile.offset or 0
        try:
            path = self._blobs.local(key)
            if path.stat().st_size != offset + prod(shape) * dtype.itemsize:
                raise Corrupt(f"the numbers of dataset {upload_id} are not those that were stored")
            matrix: Any = np.memmap(path, dtype, "r", offset, shape)
        except (FileNotFoundError, NotFound):
            raise NotFound(f"there is no dataset {upload_id!r}") from None
        return profile.table(matrix.T if profile.by_column else matrix)
