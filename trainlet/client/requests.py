"""Client methods that predict and evaluate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trainlet.client.connection import MAX_WAIT_SECONDS, RESTART_SECONDS, dumps
from trainlet.client.dataset import Dataset
from trainlet.client.errors import EvaluationFailedError
from trainlet.client.evaluation import Evaluation
from trainlet.client.inspections import Inspections
from trainlet.client.paths import Version, evaluation_path, model_path
from trainlet.client.points import Points, blocks
from trainlet.client.prediction import Prediction
from trainlet.client.results import Job, Model
from trainlet.client.subject import Subject, location
from trainlet.client.values import spec_to_json
from trainlet.errors import ValidationError


class Requests(Inspections):
    """Client methods that predict and evaluate with a model, or with a snapshot of a job."""

    def predict(
        self,
        subject: Subject,
        points: Points,
        version: Version | None = None,
        *,
        top: int = 0,
        epoch: int | None = None,
    ) -> Prediction:
        """Predict raw points: lists, an array, mappings by column, or a DataFrame.

        Of a DataFrame, a structured array or a dict of lists only the model's columns are sent, in
        any order. Raises InputTypeError (a TypeError) or InputValueError (a ValueError) with the
        location before anything is sent.

        Many points are sent in several requests to the same version; numeric arrays are sent as
        npy. `top` is the number of most probable labels to return; `epoch` selects the snapshot of
        a job, by default the newest.
        """
        query: dict[str, Any] = {"top": top} if top else {}
        results: list[Prediction] = []
        subject, rows = self._rows(subject, points, version)
        for block in blocks(rows, arrays=not isinstance(subject, Job)):
            if results:
                version, epoch = results[0].version, results[0].epoch
            path, params = location(subject, version, epoch)
            try:
                response = self._service.post(
                    f"{path}/predict", block.content, block.media_type, params | query
                )
            except ValidationError as error:
                raise ValidationError(
                    block.moved(field_error) for field_error in error.errors
                ) from None
            results.append(
                Prediction.of(response, subject.model if isinstance(subject, Job) else None)
            )
        return Prediction.joined(results)

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
        return self._service.post_table(path, content, media_type, options or {}, accept)

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
        """Evaluate a model on the samples of a source.

        The source is as in a job spec, or an uploaded dataset. `target` names its target column or
        columns, by default those of the training; `columns` maps the model's column names to those
        of the source where they differ. `bins` is the number of calibration bins, `worst` the
        number of rows with the highest loss to list. An evaluation of many rows runs in a worker,
        and this method waits for it. Raises EvaluationFailedError if it fails.
        """
        path, params = location(subject, version, epoch)
        samples = source.source if isinstance(source, Dataset) else source
        body: dict[str, Any] = {
            "source": spec_to_json(samples, ("source",)),
            "bins": bins,
            "worst": worst,
        }
        if target is not None:
            body["target"] = target if isinstance(target, str) else list(target)
        if columns:
            body["columns"] = dict(columns)
        response = self._service.post(f"{path}/evaluate", dumps(body), params=params)
        while "status" in response:  # a worker computes it
            if response["status"] == "failed":
                raise EvaluationFailedError(response["error"])
            if response["status"] == "succeeded":
                response = {"model": response["model"]} | response["result"]
                break
            response = self._service.read(
                evaluation_path(response["id"]), RESTART_SECONDS, params={"wait": MAX_WAIT_SECONDS}
            )
        return Evaluation.of(response, subject.model if isinstance(subject, Job) else None)
