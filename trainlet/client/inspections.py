"""Client methods that inspect and explain models and snapshots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Literal, overload

from numpy.typing import NDArray

from trainlet.client.connection import JSON, Document, dumps
from trainlet.client.errors import InputValueError
from trainlet.client.explanation import Attribution, Importance
from trainlet.client.layers import Layers, Step
from trainlet.client.models import Models
from trainlet.client.paths import Version, model_path
from trainlet.client.points import Points, plain, plain_row, rows_of
from trainlet.client.results import Model
from trainlet.client.subject import Subject, location
from trainlet.client.table import read_table
from trainlet.client.values import spec_to_json, to_json
from trainlet.errors import FieldError, PermissionDeniedError


class Inspections(Models):
    """Client methods for activations, gradients, explanations and single training steps."""

    def forward(
        self,
        subject: Subject,
        points: Points,
        version: Version | None = None,
        *,
        epoch: int | None = None,
    ) -> Layers:
        """Return the pre-activations z and activations a of every layer, samples first."""
        subject, rows = self._rows(subject, points, version)
        return self._layers(
            "forward", location(subject, version, epoch), dumps({"points": plain(rows)})
        )

    def backpropagate(
        self,
        subject: Subject,
        points: Points,
        targets: Any,
        version: Version | None = None,
        *,
        epoch: int | None = None,
        mode: Literal["predict", "train"] = "predict",
    ) -> Layers:
        """Return one backward pass: the cost, and z, a, δ and the gradients of each layer.

        Targets are in the units of the dataset. The model is not changed. Mode `train` runs layers
        as in training, with dropout.
        """
        subject, rows = self._rows(subject, points, version)
        body = {"points": plain(rows), "targets": to_json(targets, ("targets",)), "mode": mode}
        return self._layers("backpropagate", location(subject, version, epoch), dumps(body))

    def backpropagate_table(
        self,
        model: Model,
        content: bytes,
        media_type: str = "text/csv",
        options: Mapping[str, Any] | None = None,
        *,
        target: Sequence[str] = (),
        mode: Literal["predict", "train"] = "predict",
    ) -> Layers:
        """Return one backward pass for the samples in a table.

        `target` names the target columns, by default those of the training, or the columns that
        are not the model's.
        """
        params = {**(options or {}), "mode": mode} | ({"target": list(target)} if target else {})
        address = model_path(model.name, model.version), params
        return self._layers("backpropagate", address, content, media_type)

    @overload
    def explain(
        self,
        subject: Subject,
        point: None = None,
        version: Version | None = None,
        *,
        epoch: int | None = None,
        repeats: int = 5,
        seed: int = 0,
    ) -> Importance: ...
    @overload
    def explain(
        self,
        subject: Subject,
        point: Any,
        version: Version | None = None,
        *,
        epoch: int | None = None,
    ) -> Attribution: ...
    def explain(
        self,
        subject: Subject,
        point: Any = None,
        version: Version | None = None,
        *,
        epoch: int | None = None,
        repeats: int = 5,
        seed: int = 0,
    ) -> Importance | Attribution:
        """Return the permutation feature importance, or the feature attribution of a point.

        The importance of a column is the increase of the loss after its values are shuffled among
        held-out samples, `repeats` times from `seed`. The attribution is gradient × input.
        """
        path, params = location(subject, version, epoch)
        body: Document = {"repeats": repeats, "seed": seed}
        if point is not None:
            body = {"point": self._point(subject, point, version)}
        response = self._service.post(f"{path}/explain", dumps(body), params=params)
        return Importance.of(response) if point is None else Attribution.of(response)

    def explain_points(
        self, subject: Subject, points: Points, version: Version | None = None
    ) -> tuple[Attribution, ...]:
        """Return an attribution per point, from one request."""
        subject, rows = self._rows(subject, points, version)
        path, params = location(subject, version, None)
        body = dumps({"points": plain(rows)})
        return Attribution.each(self._service.post(f"{path}/explain", body, params=params))

    def explain_table(
        self,
        model: Model,
        content: bytes,
        media_type: str = "text/csv",
        options: Mapping[str, Any] | None = None,
    ) -> tuple[tuple[Attribution, ...], dict[str, str]]:
        """Return an attribution per row of a table.

        The second value holds the reading options that were used, for further parts of the table.
        """
        path = f"{model_path(model.name, model.version)}/explain"
        body, reading = self._service.post_table(path, content, media_type, options or {}, JSON)
        return Attribution.each(json.loads(body)), reading

    def step(self, document: Mapping[str, Any]) -> Step:
        """Compute one training step from architecture, points, targets, loss and optimizer.

        Nothing is stored. The step contains the gradients and their central differences.
        """
        return Step.of(self._service.post("/v1/step", dumps(spec_to_json(document))))

    def _rows(
        self, subject: Subject, points: Points, version: Version | None
    ) -> tuple[Subject, Sequence[Any] | NDArray[Any]]:
        """Return the rows to send, and the subject: the model whose columns they have."""
        table = read_table(points)
        if table is None:
            return subject, rows_of(points)
        with suppress(PermissionDeniedError):  # without the scope read, rows go by name
            if isinstance(subject, str) or (isinstance(subject, Model) and version is not None):
                name = subject if isinstance(subject, str) else subject.name
                subject = self.model(name, version)
        return subject, table.rows(subject.columns if isinstance(subject, Model) else None)

    def _point(self, subject: Subject, point: Any, version: Version | None) -> Any:
        """Return one point to send. Raises InputValueError for a table of several."""
        if read_table(point) is None:
            return plain_row(point, ("point",))
        _, rows = self._rows(subject, point, version)
        if len(rows) != 1:
            detail = f"must be one row, not {len(rows)}"
            raise InputValueError([FieldError(("point",), len(rows), "one row", detail)])
        return plain_row(rows[0], ("point",))

    def _layers(
        self,
        verb: str,
        address: tuple[str, dict[str, Any]],
        content: bytes,
        media_type: str = JSON,
    ) -> Layers:
        """Return all layers, from several requests if the API pages them."""
        path, params = address
        document: Document = {"layers": [], "next": 0}
        while document["next"] is not None:
            more = {"first": document["next"]} | params
            page = self._service.post(f"{path}/{verb}", content, media_type, more)
            if "job" in page:
                params = params | {"epoch": page["job"]["epoch"]}
            document = page | {"layers": document["layers"] + page["layers"]}
        return Layers.of(document)
