"""Uploads: the calls for files to learn from."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Unpack

from trainlet.client.connection import (
    CONNECT_RETRY_SECONDS,
    MAX_RETRY_SECONDS,
    MIN_RETRY_SECONDS,
    RESTART_SECONDS,
    Connection,
    dumps,
)
from trainlet.client.dataset import Dataset
from trainlet.client.errors import DatasetError, EmptyFileError
from trainlet.client.file import File, opened
from trainlet.client.options import Options, chosen, parameters
from trainlet.client.paths import dataset_path
from trainlet.client.progress import console, transfer


class Uploads:
    """The part of a client that speaks of datasets."""

    _service: Connection

    def upload(
        self,
        file: str | Path | IO[bytes] | File,
        name: str | None = None,
        *,
        media_type: str | None = None,
        wait: bool = True,
        progress: bool = True,
        **options: Unpack[Options],
    ) -> Dataset:
        """Upload a file, and unless told not to, wait until it was read.

        The file is a path, or something open in binary, which is sent from where it stands and in
        pieces. Its first bytes and its name tell its kind, if `media_type` does not. The same
        content with the same options is one dataset, however often it is sent. `progress` shows on
        standard error how far it is. Raises DatasetError if something in it is wrong,
        EmptyFileError, and OSError if it cannot be opened.
        """
        with opened(file) as given, transfer(console(), given.bytes, shown=progress) as sent:
            if not given.bytes:
                raise EmptyFileError(given.name or "the file")
            headers = {
                "Content-Type": media_type or given.media_type,
                "Content-Length": str(given.bytes),
            }
            requested = parameters(options) | {"name": given.name if name is None else name}
            response = self._service.send(
                "/v1/datasets", lambda: given.pieces(sent), headers, params=requested
            )
        result = Dataset.of(response)
        return self._read(result) if wait else result

    def read_dataset(
        self, dataset_id: str, *, wait: bool = True, **options: Unpack[Options]
    ) -> Dataset:
        """Read an uploaded file with other options, as another dataset of the same content.

        Omitted options use their defaults. Raises DatasetError if something in it is wrong.
        """
        body = dumps(chosen(options))
        result = Dataset.of(self._service.ask(f"{dataset_path(dataset_id)}/read", body))
        return self._read(result) if wait else result

    def delete_dataset(self, dataset_id: str) -> None:
        """Delete an uploaded file. Raises ConflictError while a job needs it."""
        self._service.delete(dataset_path(dataset_id))

    def dataset(self, dataset_id: str) -> Dataset:
        """An uploaded file, and what was found in it."""
        return self._dataset(dataset_id, CONNECT_RETRY_SECONDS)

    def datasets(self) -> Iterator[Dataset]:
        """All uploaded files, newest first, without their columns."""
        return map(Dataset.of, self._service.pages("/v1/datasets", {}))

    def _dataset(self, dataset_id: str, patience: float) -> Dataset:
        return Dataset.of(self._service.read(dataset_path(dataset_id), patience))

    def _read(self, dataset: Dataset) -> Dataset:
        """The dataset once a worker has read it. Raises DatasetError if that failed."""
        pause = MIN_RETRY_SECONDS / 2
        while dataset.status == "profiling":
            time.sleep(pause)
            pause = min(2 * pause, MAX_RETRY_SECONDS)
            dataset = self._dataset(dataset.id, RESTART_SECONDS)
        if dataset.status == "failed":
            raise DatasetError(dataset)
        return dataset
