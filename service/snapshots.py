"""Time travel: a job as it was after one of its kept epochs, while it runs and ever after."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from service import examples
from service.blueprint import Blueprint
from service.bodies import JSON, answer, produces
from service.callers import needs
from service.context import context
from service.documents import job_path
from service.errors import InvalidQuery
from service.evaluations import evaluated
from service.forks import not_kept
from service.inside import file_too
from service.jobs import ONE
from service.layer_numbers import NPZ
from service.looking import Subject, finite_outputs, look_back, look_forward, point_inputs
from service.models import BAD_BODY, BINARY, NO_SUCH
from service.numbers import numbers
from service.schemas import answers, inside
from service.schemas.declared import schema_of
from service.schemas.queries import EpochQuery, LayersEpochQuery
from trainlet.config import from_json
from trainlet.datasets import FittedPreparation
from trainlet.errors import Conflict, Corrupt, Invalid
from trainlet.judging import Asked
from trainlet.network import Network, State, predictor
from trainlet.store import Job, Model, unpack_snapshot
from trainlet.store.model_file import write_model
from trainlet.store.records import from_text

NONE = (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.CONFLICT)
LOOKS = (*NO_SUCH, *BAD_BODY, HTTPStatus.CONFLICT)

blueprint = Blueprint("snapshots", __name__, url_prefix="/v1/jobs", description="Time travel.")


@blueprint.route("/<job_id>/snapshots", methods=["GET"], parameters=ONE)
@blueprint.response(HTTPStatus.OK, inside.SnapshotPage)
@blueprint.problems(HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
def snapshots(job_id: str) -> Response:
    """List the epochs after which the state of a job is kept, oldest first."""
    house = context()
    house.store.jobs.get(job_id)
    kept = house.store.snapshots
    return answer(
        {
            "data": [
                {
                    "epoch": epoch,
                    "bytes": kept.size(job_id, epoch),
                    "metrics": numbers(from_text(kept.about(job_id, epoch)["metrics"])),
                }
                for epoch in kept.epochs(job_id)
            ],
            "next": None,
        }
    )


@blueprint.route("/<job_id>/predict", methods=["POST"], parameters=ONE)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.doc(requestBody=inside.body(inside.ForwardPoints, examples.POINTS))
@blueprint.response(HTTPStatus.OK, inside.JobPrediction)
@blueprint.problems(*LOOKS)
@needs("predict")
def predict(query: EpochQuery, job_id: str) -> Response:
    """Predict with the network of a job as it was after an epoch; by default the newest kept."""
    subject, house = _subject(job_id, query.epoch), context()
    inputs = point_inputs(subject, house)
    outputs = finite_outputs(predictor(subject.network, subject.parameters)(inputs))
    document = dict(subject.name) | {"outputs": outputs}
    labels = subject.preparation.labels_of(outputs)
    document |= (
        {"values": subject.preparation.values_of(outputs)} if labels is None else {"labels": labels}
    )
    return answer(document)


@blueprint.route("/<job_id>/forward", methods=["POST"], parameters=ONE)
@blueprint.arguments(schema_of(LayersEpochQuery), location="query")
@blueprint.doc(requestBody=inside.body(inside.ForwardPoints, examples.POINTS))
@blueprint.response(HTTPStatus.OK, inside.Forward)
@file_too(blueprint)
@blueprint.problems(*LOOKS)
@produces(JSON, NPZ)
@needs("predict")
def forward(query: LayersEpochQuery, job_id: str) -> Response:
    """Tell what every layer of a job's network computed after an epoch."""
    return look_forward(_subject(job_id, query.epoch), query, context())


@blueprint.route("/<job_id>/backpropagate", methods=["POST"], parameters=ONE)
@blueprint.arguments(schema_of(LayersEpochQuery), location="query")
@blueprint.doc(requestBody=inside.body(inside.Samples, examples.SAMPLES))
@blueprint.response(HTTPStatus.OK, inside.Backpropagation)
@file_too(blueprint)
@blueprint.problems(*LOOKS)
@produces(JSON, NPZ)
@needs("predict")
def backpropagate(query: LayersEpochQuery, job_id: str) -> Response:
    """Tell every number of one backward pass through a job's network as it was after an epoch.

    In mode train the random numbers are those that training went on with.
    """
    return look_back(_subject(job_id, query.epoch), query, context())


@blueprint.route("/<job_id>/evaluate", methods=["POST"], parameters=ONE)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.arguments(schema_of(Asked), examples=examples.EVALUATION)
@blueprint.response(HTTPStatus.OK, answers.Evaluated)
@blueprint.problems(*LOOKS)
@needs("predict")
def evaluate(query: EpochQuery, asked: Asked, job_id: str) -> Response:
    """Evaluate the network of a job as it was after an epoch on the samples of a source."""
    subject = _subject(job_id, query.epoch)
    return evaluated(subject.name, subject.model, asked)


@blueprint.route("/<job_id>/weights", methods=["GET"], parameters=ONE)
@blueprint.arguments(schema_of(EpochQuery), location="query")
@blueprint.response(HTTPStatus.OK, {"type": "string", "format": "binary"}, content_type=BINARY)
@blueprint.problems(*NONE, HTTPStatus.UNPROCESSABLE_ENTITY)
@produces(BINARY)
def weights(query: EpochQuery, job_id: str) -> Response:
    """Download the weights of a job as they were after an epoch, as a model's safetensors file."""
    model = _subject(job_id, query.epoch).model
    name = f'attachment; filename="{job_id}-{model.provenance["epoch"]}.safetensors"'
    return Response(write_model(model), content_type=BINARY, headers={"Content-Disposition": name})


def _subject(job_id: str, epoch: int | None) -> Subject:
    """The network of a job after an epoch, and what was known of it then.

    Raises NotFound; Conflict if the job has kept nothing; InvalidQuery for another epoch than
    those kept.
    """
    house = context()
    job = house.store.jobs.get(job_id)
    kept = house.store.snapshots.epochs(job_id)
    if not kept:
        raise Conflict(
            f"job {job_id} has kept no snapshot; training/record/snapshots of its spec is"
            f" {job.spec.training.record.snapshots}"
        )
    chosen = kept[-1] if epoch is None else epoch
    if chosen not in kept:
        raise InvalidQuery([not_kept(chosen, kept)])
    try:
        state, model = _restored(job, house.store.snapshots.read(job_id, chosen))
    except (Invalid, LookupError, TypeError, ValueError) as error:
        raise Corrupt(f"the snapshot of job {job_id} after epoch {chosen} is broken") from error
    name = {"job": {"id": job_id, "epoch": chosen, "path": job_path(job.id)}}
    return Subject(name, model, lambda: state.generator)


def _restored(job: Job, data: bytes) -> tuple[State, Model]:
    snapshot = unpack_snapshot(data)
    state = State.restore(snapshot.arrays, snapshot.about["counters"])
    shape = tuple(int(size) for size in snapshot.about["input_shape"])
    architecture = job.spec.architecture
    model = Model(
        job=job.id,
        spec=job.spec,
        network=Network(architecture.layers, shape, architecture.dtype),
        parameters=state.parameters,
        preparation=from_json(FittedPreparation, snapshot.about["preparation"]),
        history=state.history,
        metrics={name: values[-1] for name, values in state.history.items() if values},
        provenance={"epoch": state.epoch},
    )
    return state, model
