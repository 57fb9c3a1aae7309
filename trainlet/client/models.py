"""Models of a service: list, show and download them."""

from __future__ import annotations

from collections.abc import Iterator
from errno import EEXIST
from pathlib import Path
from typing import Literal

from trainlet.client.connection import Connection
from trainlet.client.download import save
from trainlet.client.paths import Version, model_path
from trainlet.client.results import Model

FORMATS = {"weights": "safetensors", "onnx": "onnx", "standalone.py": "py"}


class Models:
    """The part of a client that lists, shows and downloads models."""

    _service: Connection

    def models(self) -> Iterator[Model]:
        """The newest version of each model, newest first."""
        return map(Model.of, self._service.pages("/v1/models", {}))

    def model(self, name: str, version: Version | None = None) -> Model:
        """All about a model but its weights; the newest version unless one is named."""
        return Model.of(self._service.read(model_path(name, version)))

    def download(
        self,
        name: str,
        path: str | Path | None = None,
        version: Version | None = None,
        form: Literal["weights", "onnx", "standalone.py"] = "weights",
        *,
        overwrite: bool = False,
    ) -> Path:
        """Save a model, by default as NAME-VERSION.safetensors, .onnx or .py, and return the path.

        A file that exists is replaced only with `overwrite`, otherwise FileExistsError is raised.

        The file appears whole, or not at all; weights are checked against their SHA-256. Raises
        CorruptFileError if they do not fit, OSError if the file cannot be written.
        """
        model = self.model(name, version)
        target = Path(path or f"{model.name}-{model.version}.{FORMATS[form]}")
        if target.exists() and not overwrite:
            raise FileExistsError(
                EEXIST, "the file exists; overwrite=True replaces it", str(target)
            )
        pieces = self._service.stream(f"{model_path(name, model.version)}/{form}")
        save(pieces, target, model.sha256 if form == "weights" else None)
        return target

    def weights(
        self,
        name: str,
        version: Version | None = None,
        form: Literal["weights", "onnx", "standalone.py"] = "weights",
    ) -> bytes:
        """The bytes of a model's file."""
        return b"".join(self._service.stream(f"{model_path(name, version)}/{form}"))
