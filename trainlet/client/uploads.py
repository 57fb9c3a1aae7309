"""Client methods for datasets: upload, read, list, show, delete."""

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
    """Client methods for datasets."""

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
        """Upload a file, and wait until a worker has read it, unless `wait` is false.

        The file is a path or a binary file object, which is sent in chunks from its current
        position. Its media type is detected from its name or first bytes, unless source. The upload
        is idempotent: the same content with the same options is the same dataset. `progress` shows
        the progress on standard error. Raises DatasetError if the file cannot be read,
        EmptyFileError if it is empty, OSError if it cannot be opened.
        """
        with opened(file) as source, transfer(console(), source.bytes, shown=progress) as sent:
            if not source.bytes:
                raise EmptyFileError(source.name or "the file")
            headers = {
                "Content-Type": media_type or source.media_type,
                "Content-Length": str(source.bytes),
            }
            params = parameters(options) | {"name": source.name if name is None else name}
            response = self._service.send(
                "/v1/datasets", lambda: source.pieces(sent), headers, params=params
            )
        dataset = Dataset.of(response)
        return self._read(dataset) if wait else dataset

    def read_dataset(
        self, dataset_id: str, *, wait: bool = True, **options: Unpack[Options]
    ) -> Dataset:
        """Read an uploaded file with other options, as a new dataset of the same content.

        Omitted options use their defaults. Raises DatasetError if the file cannot be read.
        """
        body = dumps(chosen(options))
        dataset = Dataset.of(self._service.post(f"{dataset_path(dataset_id)}/read", body))
        return self._read(dataset) if wait else dataset

    def delete_dataset(self, dataset_id: str) -> None:
        """Delete a dataset. Raises ConflictError while a job needs it."""
        self._service.delete(dataset_path(dataset_id))

    def dataset(self, dataset_id: str) -> Dataset:
        """Return a dataset with its columns."""
        return self._dataset(dataset_id, CONNECT_RETRY_SECONDS)

    def datasets(self) -> Iterator[Dataset]:
        """Iterate over datasets, newest first, without their columns."""
        return map(Dataset.of, self._service.pages("/v1/datasets", {}))

    def _dataset(self, dataset_id: str, patience: float) -> Dataset:
        return Dataset.of(self._service.read(dataset_path(dataset_id), patience))

    def _read(self, dataset: Dataset) -> Dataset:
        """Return the dataset after a worker has read it. Raises DatasetError if that failed."""
        pause = MIN_RETRY_SECONDS / 2
        while dataset.status == "profiling":
            time.sleep(pause)
            pause = min(2 * pause, MAX_RETRY_SECONDS)
            dataset = self._dataset(dataset.id, RESTART_SECONDS)
        if dataset.status == "failed":
            raise DatasetError(dataset)
        return dataset
