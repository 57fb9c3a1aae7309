"""Stored datasets of uploaded files, and their ids."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from trainlet.config import from_json, to_json
from trainlet.datasets import Profile, ReadingOptions, TrainingFile
from trainlet.errors import ConflictError, CorruptFileError, ValidationError
from trainlet.store import records

DEFAULTS = to_json(ReadingOptions())

REQUIRED = (
    *("name", "media_type", "options", "bytes", "sha256"),
    *("content", "reference", "created_at", "owner"),
)

MAX_SHOWN = 5
"""Maximum number of columns that a message names."""


def dataset_id(owner: str | None, sha256: str, media_type: str, options: ReadingOptions) -> str:
    """Return the id of a dataset: the SHA-256 of its identity in JSON.

    The identity consists of the owner, the SHA-256 of the content, the media type, and the
    non-default reading options. The order of columns and of missing markers is ignored.
    """
    chosen = {name: value for name, value in to_json(options).items() if value != DEFAULTS[name]}
    if options.missing is not None:
        chosen["missing"] = sorted(set(options.missing))
    identity = [owner, sha256, media_type, chosen]
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Upload:
    """Uploaded file with reading options; other options make another dataset."""

    id: str
    name: str
    media_type: str
    bytes: int
    sha256: str
    """SHA-256 of the content."""
    content: str
    reference: str
    """Name of the reference that protects the content from deletion."""
    created_at: str
    status: Literal["profiling", "ready", "failed"]
    options: ReadingOptions = ReadingOptions()
    error: str | None = None
    owner: str | None = None
    document: dict[str, Any] | None = field(default=None, repr=False)
    """Profile in JSON form."""

    @property
    def described_options(self) -> str:
        """Reading options that differ from the defaults, for messages."""
        options = to_json(self.options)
        columns = options.pop("columns")
        chosen = [
            f"{name} {_listed(value)}" for name, value in options.items() if value != DEFAULTS[name]
        ]
        if columns:
            shown = [f"{name}={kind}" for name, kind in list(columns.items())[:MAX_SHOWN]]
            chosen.append(f"columns {_listed(shown)}{', …' * (len(columns) > MAX_SHOWN)}")
        return "; ".join(chosen) or "the default options"

    @cached_property
    def profile(self) -> Profile:
        """Profile of the columns. Raises ConflictError unless the dataset is ready."""
        if self.document is None:
            message = (
                f"has failed: {self.error}, read with {self.described_options};"
                f" read it with other options by POST /v1/datasets/{self.id}/read"
                if self.error
                else "is not ready: it is still being read; try again later"
            )
            raise ConflictError(f"dataset {self.id} {message}")
        try:
            return Profile.from_json(self.document)
        except (ValidationError, TypeError, LookupError) as error:
            raise CorruptFileError(f"the profile of dataset {self.id} is broken: {error}") from None

    @property
    def training_file(self) -> TrainingFile:
        """Media type and options of a file that is ready, for models to be trained on it."""
        options = replace(self.profile.form or self.options, columns={})
        return TrainingFile(self.media_type, options)


def read_upload(upload_id: str, about: bytes, end: bytes | None) -> Upload:
    """Return the upload from its records; `end` is None until it is read."""
    record = records.decode(about, *REQUIRED)
    try:
        record["options"] = from_json(ReadingOptions, record["options"])
    except ValidationError as error:
        raise CorruptFileError(f"the options of dataset {upload_id} are broken: {error}") from None
    del record["format"]
    ended: dict[str, Any] = {} if end is None else records.decode(end, "status")
    return Upload(
        id=upload_id,
        status=ended.get("status", "profiling"),
        error=ended.get("error"),
        document=ended.get("profile"),
        **record,
    )


def _listed(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return ", ".join(f'"{item}"' if not item.strip() else item for item in value) or "none"
