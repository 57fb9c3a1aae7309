"""Asking: the calls that a trained network answers, as a model or as a job after an epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from errno import EEXIST
from pathlib import Path
from typing import Any, Literal, overload
from urllib.parse import parse_qsl

from numpy.typing import NDArray

from trainlet.client.connection import LONGEST_WAIT, RESTART, Connection, Document, written
from trainlet.client.dataset import Dataset
from trainlet.client.download import save
from trainlet.client.errors import InputValueError, Unjudged
from trainlet.client.evaluation import Evaluation
from trainlet.client.explanation import Attribution, Importance
from trainlet.client.layers import Layers, Step
from trainlet.client.paths import Version, evaluation_path, job_path, model_path
from trainlet.client.points import Points, blocks, plain, plain_row, rows_of
from trainlet.client.prediction import Prediction
from trainlet.client.results import Job, Model
from trainlet.client.table import read_table
from trainlet.client.values import spec_to_json, to_json
from trainlet.errors import Denied, Fault, Invalid

Subject = str | Model | Job
"""A model by its name, a model, or a job, whose network is looked at as it was after an epoch."""

FORMS = {"weights": "safetensors", "onnx": "onnx", "standalone.py": "py"}


class Asking:
    """The part of a client that speaks of models."""

    _service: Connection

    def models(self) -> Iterator[Model]:
        """The newest version of each model, newest first."""
        return map(Model.of, self._service.pages("/v1/models", {}))

    def model(self, name: str, version: Version | None = None) -> Model:
        """All about a model but its weights; the newest version unless one is named."""
        return Model.of(self._service.read(model_path(name, version)))

    def predict(
        self,
        subject: Subject,
        points: Points,
        version: Version | None = None,
        *,
        top: int = 0,
        epoch: int | None = None,
    ) -> Prediction:
        """What a model says of raw points: lists, an array, mappings by column, or a DataFrame.

        Of a DataFrame, a structured array or a dict of lists only the model's columns are sent,
        whatever their order. Raises InputTypeError (a TypeError) or InputValueError (a ValueError)
        with the location before anything is sent.

        Many points go in several requests, to one and the same version; arrays of numbers go as
        npy. `top` asks a model for the best labels too; `epoch` asks a job for what its network
        said after that epoch, by default the newest that is kept.
        """
        asked: dict[str, Any] = {"top": top} if top else {}
        found: list[Prediction] = []
        subject, rows = self._rows(subject, points, version)
        for block in blocks(rows, arrays=not isinstance(subject, Job)):
            if found:
                version, epoch = found[0].version, found[0].epoch
            path, params = _place(subject, version, epoch)
            try:
                answer = self._service.ask(
                    f"{path}/predict", block.content, block.media_type, params | asked
                )
            except Invalid as error:
                raise Invalid(block.moved(fault) for fault in error.faults) from None
            found.append(Prediction.of(answer, subject.model if isinstance(subject, Job) else None))
        return Prediction.joined(found)

    def predict_table(
        self,
        model: Model,
        content: bytes,
        media_type: str = "text/csv",
        options: Mapping[str, Any] | None = None,
        accept: str = "text/csv",
    ) -> tuple[bytes, dict[str, str]]:
        """Predict the rows of a table, and return the response's body.

        The second value holds the reading options that were used, for further parts of the table.
        """
        path = f"{model_path(model.name, model.version)}/predict"
        body, headers = self._service.ask_table(path, content, media_type, options or {}, accept)
        return body, dict(parse_qsl(headers.get("Trainlet-Reading", "")))

    def evaluate(
        self,
        subject: Subject,
        source: str | Mapping[str, Any] | Dataset,
        version: Version | None = None,
        *,
        target: str | Sequence[str] | None = None,
        columns: Mapping[str, str] | None = None,
        bins: int = 10,
        worst: int = 10,
        epoch: int | None = None,
    ) -> Evaluation:
        """How good a model is on the samples of a source.

        `target` names the source's target column or columns, by default those of the training;
        `columns` maps the model's column names to the source's where they differ.
        The source is as in a job's spec, or an uploaded dataset. `bins` are those of the
        calibration; of the `worst` rows so many are listed. What a worker has to do, because
        there are many rows, is waited for. Raises Unjudged if the worker failed.
        """
        path, params = _place(subject, version, epoch)
        given = source.source if isinstance(source, Dataset) else source
        body: dict[str, Any] = {
            "source": spec_to_json(given, ("source",)),
            "bins": bins,
            "worst": worst,
        }
        if target is not None:
            body["target"] = target if isinstance(target, str) else list(target)
        if columns:
            body["columns"] = dict(columns)
        answer = self._service.ask(f"{path}/evaluate", written(body), params=params)
        while "status" in answer:  # it was handed to a worker
            if answer["status"] == "failed":
                raise Unjudged(answer["error"])
            if answer["status"] == "succeeded":
                answer = {"model": answer["model"]} | answer["result"]
                break
            place = evaluation_path(answer["id"])
            answer = self._service.read(place, RESTART, params={"wait": LONGEST_WAIT})
        return Evaluation.of(answer, subject.model if isinstance(subject, Job) else None)

    def forward(
        self,
        subject: Subject,
        points: Points,
        version: Version | None = None,
        *,
        epoch: int | None = None,
    ) -> Layers:
        """What every layer computes for raw points: z and a, samples first."""
        subject, rows = self._rows(subject, points, version)
        place = _place(subject, version, epoch)
        return self._look("forward", place, {"points": plain(rows)})

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
        """Every number of one backward pass: the cost, and z, a, δ and gradients by layer.

        Targets are as the job's data have them. Nothing is changed. In mode `train` layers do
        what they do in training.
        """
        subject, rows = self._rows(subject, points, version)
        body = {"points": plain(rows), "targets": to_json(targets, ("targets",)), "mode": mode}
        return self._look("backpropagate", _place(subject, version, epoch), body)

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
        """What each column is worth on samples held out, or what the answer for a point rests on.

        A column's worth is the rise of the loss once it is shuffled, `repeats` times by `seed`.
        """
        path, params = _place(subject, version, epoch)
        body: Document = {"repeats": repeats, "seed": seed}
        if point is not None:
            body = {"point": self._point(subject, point, version)}
        answer = self._service.ask(f"{path}/explain", written(body), params=params)
        return Importance.of(answer) if point is None else Attribution.of(answer)

    def explain_points(
        self, subject: Subject, points: Points, version: Version | None = None
    ) -> tuple[Attribution, ...]:
        """Return an attribution per point, from one request."""
        path, params = _place(subject, version, None)
        body = written({"points": plain(points)})
        answer = self._service.ask(f"{path}/explain", body, params=params)
        head = {name: value for name, value in answer.items() if name != "points"}
        return tuple(Attribution.of(head | {"point": one}) for one in answer["points"])

    def step(self, document: Mapping[str, Any]) -> Step:
        """One step of training on paper: architecture, points, targets, loss and optimizer in.

        Nothing is stored; central differences stand beside the gradients.
        """
        return Step.of(self._service.ask("/v1/step", written(spec_to_json(document))))

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
        Corrupt if they do not fit, OSError if the file cannot be written.
        """
        model = self.model(name, version)
        target = Path(path or f"{model.name}-{model.version}.{FORMS[form]}")
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

    def _rows(
        self, subject: Subject, points: Points, version: Version | None
    ) -> tuple[Subject, Sequence[Any] | NDArray[Any]]:
        """Return the rows to send, and the subject: the model whose columns they have."""
        table = read_table(points)
        if table is None:
            return subject, rows_of(points)
        with suppress(Denied):  # a key for predictions alone sends the rows by name
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
            raise InputValueError([Fault(("point",), len(rows), "one row", detail)])
        return plain_row(rows[0], ("point",))

    def _look(self, verb: str, place: tuple[str, dict[str, Any]], body: Any) -> Layers:
        """All layers, though one answer may hold a page of them."""
        path, params = place
        content = written(body)
        document: Document = {"layers": [], "next": 0}
        while document["next"] is not None:
            more = {"first": document["next"]} | params
            page = self._service.ask(f"{path}/{verb}", content, params=more)
            if "job" in page:
                params = params | {"epoch": page["job"]["epoch"]}
            document = page | {"layers": document["layers"] + page["layers"]}
        return Layers.of(document)


def _place(
    subject: Subject, version: Version | None, epoch: int | None
) -> tuple[str, dict[str, Any]]:
    """The path of what is asked, and the epoch for the query."""
    if isinstance(subject, Job):
        return job_path(subject.id), {} if epoch is None else {"epoch": epoch}
    if epoch is not None:
        raise ValueError("an epoch is one of a job: a model is what its last one left")
    if isinstance(subject, Model):
        return model_path(subject.name, version or subject.version), {}
    return model_path(subject, version), {}
