"""Accuracy of dry runs: estimated seconds and memory of W1 to W5 against real training.

    python -m benchmarks.dry_run [W1 …]

The samples of W4 and W5 are uploaded as an npz file and stay in it during training. The reference
values are the processor time of the training alone, which other programs disturb least, and the
peak of what NumPy and Python allocate for preprocessing and one epoch.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tempfile
import tracemalloc
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import fakeredis
import numpy as np

from benchmarks.workloads import WORKLOADS, Workload
from service.app import create_app
from trainlet.config import from_json
from trainlet.datasets import Uploaded
from trainlet.network import fit
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.spec import JobSpec
from trainlet.store import Store
from worker.background_tasks import TaskRunner
from worker.data import prepare

NAMES = ("W1", "W2", "W3", "W4", "W5")
TOLERANCE = 0.3
STEPS = 5_000
"""Approximate number of steps to train for the reference; at least one epoch."""


def main() -> None:
    names = sys.argv[1:] or NAMES
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        queue = Queue(fakeredis.FakeRedis())
        settings = Settings(max_body_bytes=2**30)
        client = create_app(settings, store, queue).test_client()
        for workload in (one for one in WORKLOADS if one.name in names):
            source = _source(workload, client, TaskRunner(store, queue, settings))
            document = _document(workload, source)
            payload = client.post("/v1/jobs?dry_run=true", json=document).get_json()
            spec = from_json(JobSpec, payload["spec"])
            pairs = {
                "seconds": (payload["seconds"], _seconds(spec, store)),
                "megabytes": (payload["memory"]["bytes"] / 1e6, _bytes(spec, store) / 1e6),
            }
            for quantity, (estimate, reference) in pairs.items():
                error = estimate / reference - 1
                mark = " <" if abs(error) > TOLERANCE else ""
                print(
                    f"{workload.name} {quantity}: {estimate:.3g} estimated, {reference:.3g} "
                    f"measured, {error:+.0%}{mark}"
                )


def _source(workload: Workload, client: Any, reader: TaskRunner) -> dict[str, Any]:
    if workload.units[0] == 2:
        return {"type": "four_circles", "samples": workload.samples, "seed": 7}
    inputs, targets = workload.data()
    file = BytesIO()
    np.savez(file, inputs=inputs, targets=targets)
    response = client.post(
        "/v1/datasets", data=file.getvalue(), headers={"Content-Type": "application/x-npz"}
    )
    source = Uploaded(response.get_json()["id"])
    reader.run(BackgroundTask("read", source.id))
    return {"type": "uploaded", "id": source.id}


def _document(workload: Workload, source: dict[str, Any]) -> dict[str, Any]:
    *hidden, last = workload.units[1:]
    layers = [{"type": "dense", "units": units, "activation": workload.hidden} for units in hidden]
    layers.append({"type": "dense", "units": last, "activation": workload.output})
    return {
        "architecture": {"layers": layers},
        "dataset": {"source": source, "task": "classification"},
        "training": {
            "epochs": max(1, STEPS // workload.steps),
            "batch_size": workload.batch,
            "loss": workload.loss,
            "optimizer": {"type": workload.optimizer, "learning_rate": workload.rate},
        },
    }


def _seconds(spec: JobSpec, store: Store) -> float:
    prepared = prepare(spec, store.datasets.read)
    began = process_time()
    fit(prepared.network, prepared.training, spec.training, prepared.validation)
    return process_time() - began


def _bytes(spec: JobSpec, store: Store) -> int:
    tracemalloc.start()
    prepared = prepare(spec, store.datasets.read)
    once = replace(spec.training, epochs=1)
    fit(prepared.network, prepared.training, once, prepared.validation)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


if __name__ == "__main__":
    main()
