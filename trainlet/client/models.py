"""Client methods for models: list, show, download, import, alias, delete."""

from __future__ import annotations

from collections.abc import Iterator
from errno import EEXIST
from functools import partial
from pathlib import Path
from typing import Literal

from trainlet.client.connection import (
    BINARY,
    CONNECT_RETRY_SECONDS,
    JSON,
    Connection,
    Document,
    dumps,
    with_retries,
)
from trainlet.client.download import save
from trainlet.client.paths import Version, alias_path, model_path
from trainlet.client.results import Model

Format = Literal["weights", "onnx", "standalone"]
SUFFIXES: dict[Format, str] = {"weights": "safetensors", "onnx": "onnx", "standalone": "py"}
RESOURCES: dict[Format, str] = {
    "weights": "weights",
    "onnx": "onnx",
    "standalone": "standalone.py",
}
"""Last segment of the path of each format."""


class Models:
    """Client methods for models."""

    _service: Connection

    def models(self) -> Iterator[Model]:
        """Iterate over the newest version of each model, newest first."""
        return map(Model.of, self._service.pages("/v1/models", {}))

    def model(self, name: str, version: Version | None = None) -> Model:
        """Return a model without its weights, by default its newest version."""
        return Model.of(self._service.read(model_path(name, version)))

    def download(
        self,
        name: str,
        path: str | Path | None = None,
        version: Version | None = None,
        format: Format = "weights",  # noqa: A002  # as in other libraries
        *,
        overwrite: bool = False,
    ) -> Path:
        """Save a model, by default as NAME-VERSION.safetensors, .onnx or .py, and return the path.

        The file is written atomically, and weights are verified by their SHA-256. Raises
        FileExistsError if the file exists and `overwrite` is not set, CorruptFileError if the
        SHA-256 differs, OSError if the file cannot be written.
        """
        model = self.model(name, version)
        target = Path(path or f"{model.name}-{model.version}.{SUFFIXES[format]}")
        if target.exists() and not overwrite:
            raise FileExistsError(
                EEXIST, "the file exists; overwrite=True overwrites it", str(target)
            )
        pieces = self._service.stream(f"{model_path(name, model.version)}/{RESOURCES[format]}")
        save(pieces, target, model.sha256 if format == "weights" else None)
        return target

    def weights(
        self,
        name: str,
        version: Version | None = None,
        format: Format = "weights",  # noqa: A002  # as in other libraries
    ) -> bytes:
        """Return the content of a model file."""
        return b"".join(self._service.stream(f"{model_path(name, version)}/{RESOURCES[format]}"))

    def import_model(self, content: bytes | str | Path, name: str) -> Model:
        """Import a safetensors file as the next version of a model.

        The file is an exported model, or a state dict of PyTorch whose metadata have the
        architecture. It is sent once, without retries, because each request adds a version.
        """
        data = content if isinstance(content, bytes) else Path(content).read_bytes()
        headers = {"Content-Type": BINARY}
        params = {"name": name}
        return Model.of(
            self._service.document(
                "POST", "/v1/models", content=data, headers=headers, params=params
            )
        )

    def delete_model(self, name: str, version: Version | None = None) -> None:
        """Delete a version of a model, by default all versions.

        Raises ConflictError while an alias refers to the version.
        """
        self._service.delete(model_path(name, version))

    def set_alias(self, name: str, alias: str, version: int) -> Document:
        """Set an alias of a model to a version; the alias is valid wherever a version is."""
        content, headers = dumps({"version": version}), {"Content-Type": JSON}
        put = partial(
            self._service.document,
            "PUT",
            alias_path(name, alias),
            content=content,
            headers=headers,
        )
        return with_retries(put, CONNECT_RETRY_SECONDS)

    def delete_alias(self, name: str, alias: str) -> None:
        """Delete an alias of a model; the version is kept."""
        self._service.delete(alias_path(name, alias))
