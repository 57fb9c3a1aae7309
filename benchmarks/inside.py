"""Costs of inspection: snapshots and diagnostics during training, and a forward pass.

    python -m benchmarks.inside

Four circles with three layers of 100 units in mini-batches of 4 (W1) are trained for all epochs of
their preset, plain, with 20 snapshots, with diagnostics, and with both, as a worker does. The
variants alternate every ten epochs, because a machine's speed drifts. Printed is the median
additional processor time of each variant. Then a service in another process returns the activations
of all layers for 10,000 points as npz.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, cast

import numpy as np
import orjson

from benchmarks.clients import Request
from service.api import examples
from tests.end_to_end.running_service import RunningService
from trainlet.config import from_json
from trainlet.network import first_state, train
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import Store
from worker.data import prepare
from worker.snapshots import SnapshotWriter

TURNS, RUNS, POINTS, REQUESTS = 20, 3, 10_000, 40
RECORDS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "snapshots": {"snapshots": TURNS},
    "diagnostics": {"diagnostics": True},
    "both": {"snapshots": TURNS, "diagnostics": True},
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        seconds: dict[str, list[float]] = {name: [] for name in RECORDS}
        for _ in range(RUNS):
            runs = {name: _training(store, record) for name, record in RECORDS.items()}
            for turn in range(TURNS):
                shift = turn % len(runs)  # rotate the order of the variants
                for name in [*runs, *runs][shift : shift + len(runs)]:
                    seconds[name].append(next(runs[name]))
        for name in list(RECORDS)[1:]:
            pairs = zip(seconds[name], seconds["nothing"], strict=True)
            added = median(one / nothing for one, nothing in pairs) - 1
            print(f"{name}, W1: {added:+.1%} of the training time", flush=True)
    with tempfile.TemporaryDirectory() as folder, RunningService(Path(folder)) as service:
        service.train(_document({}, epochs=2))
        results = sorted(1000 * _requested(service.port) for _ in range(REQUESTS))
        message = f"median {median(results):.0f} ms, minimum {results[0]:.0f} ms"
        print(f"activations of {POINTS} points as npz: {message}")


def _document(record: dict[str, Any], epochs: int | None = None) -> dict[str, Any]:
    training = cast("dict[str, Any]", examples.FOUR_CIRCLES["training"]) | {"record": record}
    return examples.FOUR_CIRCLES | {"training": training | ({"epochs": epochs} if epochs else {})}


def _training(store: Store, record: dict[str, Any]) -> Iterator[float]:
    """Train with a record and yield the processor time of each twentieth.

    The processor time of all threads is least disturbed by other programs.
    """
    spec = from_json(JobSpec, _document(record))
    job = store.jobs.accept(resolve(spec, describe(spec, store.datasets.read)))
    prepared = prepare(job.spec, store.datasets.read)
    training = job.spec.training
    state = first_state(prepared.network, training)
    run = train(prepared.network, prepared.training, training, state, prepared.validation)
    keeper = SnapshotWriter(job, store, prepared, max_bytes=2**28)
    next(run)
    turn = training.steps(len(prepared.training.inputs)) // TURNS
    while state.end is None:
        began = process_time()
        with suppress(StopIteration):
            run.send(keeper.steps(state, turn))
        keeper.see(state)
        keeper.flush()
        yield process_time() - began


def _requested(port: int) -> float:
    """Return the seconds until the client has all arrays."""
    points = np.random.default_rng(1).uniform(0, 4, (POINTS, 2))
    body = orjson.dumps({"points": points}, option=orjson.OPT_SERIALIZE_NUMPY)
    headers = {"Content-Type": "application/json", "Accept": "application/x-npz"}
    request = Request(port, "POST", "/v1/models/four-circles/forward", body, headers)
    began = perf_counter()
    with np.load(BytesIO(request.once()), allow_pickle=False) as file:
        total = sum(array.size for array in file.values())
    if total != POINTS * 2 * 301:
        raise ValueError(f"received {total} numbers")
    return perf_counter() - began


if __name__ == "__main__":
    main()
