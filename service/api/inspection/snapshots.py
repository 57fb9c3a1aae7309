"""Endpoints for the network of a job after an epoch, from its snapshots."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request

from service.api import examples
from service.api.blueprint import Blueprint
from service.api.inspection.epochs import subject_at
from service.api.inspection.explaining import explain_request
from service.api.inspection.passes import (
    backpropagate_response,
    finite_outputs,
    forward_response,
    request_inputs,
)
from service.api.inspection.snapshot_documents import snapshot_documents
from service.api.inspection.views import EXPLAIN_BODY, SAMPLES_BODY, file_too
from service.api.jobs.views import JOB_PARAMETER
from service.api.models.evaluations import evaluated
from service.api.models.prediction_table import CSV, csv_response
from service.api.models.tables import reading_header, table_body, warnings_of
from service.api.models.views import BAD_BODY, BINARY, NOT_FOUND
from service.api.schemas import inside, responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import EpochQuery
from service.api.schemas.table_queries import (
    SamplesEpochQuery,
    TableEpochQuery,
    TableLayersEpochQuery,
)
from service.auth.principal import needs
from service.context import context
from service.http.bodies import JSON, json_response, produces
from service.http.conditional import by_tag
from service.http.npz import NPZ
from service.inference.predict import prediction
from trainlet.evaluation import EvaluationRequest
from trainlet.network import predictor
from trainlet.store.model_file import write_model

NO_SNAPSHOT = (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
PASS_PROBLEMS = (*NOT_FOUND, *BAD_BODY, HTTPStatus.CONFLICT)

blueprint = Blueprint(
    "snapshots",
    __name__,
    url_prefix="/v1/jobs",
    description="Use and inspect the network of a job after any epoch that has a snapshot.",
)


@blueprint.route("/<job_id>/snapshots", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.response(HTTPStatus.OK, inside.SnapshotPage)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
def list_snapshots(job_id: str) -> Response:
    """List snapshots.

    Lists the epochs after which the state of the job was stored, oldest first.
    """
    ctx = context()
    ctx.store.jobs.get(job_id)
    stored = ctx.store.snapshots
    documents = snapshot_documents(stored, job_id, stored.epochs(job_id))
    return json_response({"data": list(documents), "next": None})


@blueprint.route("/<job_id>/predict", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(TableEpochQuery), location="query")
@blueprint.doc(requestBody=table_body(inside.ForwardPoints))
@blueprint.response(HTTPStatus.OK, inside.JobPrediction)
@blueprint.problems(*PASS_PROBLEMS)
@produces(JSON, CSV)
@needs("predict")
def predict_job(query: TableEpochQuery, job_id: str) -> Response:
    """Predict with a snapshot.

    Uses the network of a job after an epoch, by default that of the newest snapshot. Send points as
    JSON or as a table, as for models. `Accept: text/csv` returns CSV.
    """
    ctx = context()
    subject = subject_at(job_id, query.epoch, ctx)
    inputs, table = request_inputs(subject, query, ctx)
    outputs = finite_outputs(predictor(subject.network, subject.parameters)(inputs))
    if request.accept_mimetypes.best_match((JSON, CSV)) == CSV:
        response = csv_response(subject.model, outputs)
    else:
        document = dict(subject.name) | prediction(subject.preprocessing, outputs)
        response = json_response(document | warnings_of(table))
    response.headers.update(reading_header(table))
    return response


@blueprint.route("/<job_id>/forward", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(TableLayersEpochQuery), location="query")
@blueprint.doc(requestBody=table_body(inside.ForwardPoints))
@blueprint.response(HTTPStatus.OK, inside.Forward)
@file_too(blueprint)
@blueprint.problems(*PASS_PROBLEMS)
@produces(JSON, NPZ)
@needs("predict")
def forward_job(query: TableLayersEpochQuery, job_id: str) -> Response:
    """Inspect activations of a snapshot.

    Returns z and a of each layer of a job's network after an epoch.
    """
    return forward_response(subject_at(job_id, query.epoch, context()), query, context())


@blueprint.route("/<job_id>/backpropagate", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(SamplesEpochQuery), location="query")
@blueprint.doc(requestBody=SAMPLES_BODY)
@blueprint.response(HTTPStatus.OK, inside.Backpropagation)
@file_too(blueprint)
@blueprint.problems(*PASS_PROBLEMS)
@produces(JSON, NPZ)
@needs("predict")
def backpropagate_job(query: SamplesEpochQuery, job_id: str) -> Response:
    """Inspect gradients of a snapshot.

    Runs one backward pass through a job's network after an epoch. In mode `train`, layers use the
    random numbers that training continued with.
    """
    return backpropagate_response(subject_at(job_id, query.epoch, context()), query, context())


@blueprint.route("/<job_id>/evaluate", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.arguments(schema_of(EvaluationRequest), examples=examples.EVALUATION)
@blueprint.response(HTTPStatus.OK, responses.Evaluated)
@blueprint.problems(*PASS_PROBLEMS)
@needs("predict")
def evaluate_job(query: EpochQuery, submission: EvaluationRequest, job_id: str) -> Response:
    """Evaluate a snapshot.

    Evaluates the network of a job after an epoch on the samples of a source.
    """
    subject = subject_at(job_id, query.epoch, context())
    return evaluated(subject.name, subject.model, submission)


@blueprint.route("/<job_id>/explain", methods=["POST"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(TableEpochQuery), location="query")
@blueprint.doc(requestBody=EXPLAIN_BODY)
@blueprint.response(HTTPStatus.OK, responses.Explained)
@blueprint.problems(*PASS_PROBLEMS)
def explain_job(query: TableEpochQuery, job_id: str) -> Response:
    """Explain a snapshot.

    Returns permutation feature importance after an epoch or, with points, feature attributions.
    """
    return explain_request(subject_at(job_id, query.epoch, context()), query, context())


@blueprint.route("/<job_id>/weights", methods=["GET"], parameters=JOB_PARAMETER)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.response(HTTPStatus.OK, {"type": "string", "format": "binary"}, content_type=BINARY)
@blueprint.problems(*NO_SNAPSHOT, HTTPStatus.UNPROCESSABLE_ENTITY)
@produces(BINARY)
def download_job_weights(query: EpochQuery, job_id: str) -> Response:
    """Download snapshot weights.

    Returns the model of a job after an epoch as a safetensors file.
    """
    model = subject_at(job_id, query.epoch, context()).model
    name = f'attachment; filename="{job_id}-{model.provenance["epoch"]}.safetensors"'
    headers = {"Content-Disposition": name}

    def make() -> Response:
        return Response(write_model(model), content_type=BINARY, headers=headers)

    return by_tag(("snapshot", job_id, str(model.provenance["epoch"])), make, ranges=True)
