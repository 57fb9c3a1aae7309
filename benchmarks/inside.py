"""What the look inside costs: snapshots while training, and a forward pass of 10,000 points.

    python -m benchmarks.inside

Four circles with three layers of 100 units in mini-batches of 4 (W1) are trained with and without
20 snapshots in turn, as a worker does; what is told is by how much the one takes more of the
processor than the other, in the median. Then all layers of that network are asked for as
npz from a service in this process.
"""

from __future__ import annotations

import tempfile
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, cast

import fakeredis
import numpy as np

from service import examples
from service.app import create_app
from tests.worker.here import work
from trainlet.queue import Queue
from trainlet.settings import Settings
from trainlet.store import Store

EPOCHS, ROUNDS, POINTS = 200, 3, 10_000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        ratios = [_trained(store, 20) / _trained(store, 0) for _ in range(ROUNDS)]
        print(f"20 snapshots in {EPOCHS} epochs of W1: {median(ratios) - 1:+.1%} of training")
        app = create_app(Settings(), store, Queue(fakeredis.FakeRedis()))
        seconds = [_asked(app.test_client()) for _ in range(ROUNDS)]
        print(f"{POINTS} points through all layers as npz: {min(seconds) * 1000:.0f} ms at best")


def _trained(store: Store, snapshots: int) -> float:
    """Seconds of the processor in all threads, which other programs disturb least."""
    training: dict[str, Any] = dict(cast("dict[str, Any]", examples.FOUR_CIRCLES["training"]))
    training |= {"epochs": EPOCHS, "record": {"snapshots": snapshots}}
    began = process_time()
    work(store, examples.FOUR_CIRCLES | {"training": training})
    return process_time() - began


def _asked(client: Any) -> float:
    points = np.random.default_rng(1).uniform(0, 4, (POINTS, 2)).tolist()
    began = perf_counter()
    answer = client.post(
        "/v1/models/four-circles/forward",
        json={"points": points},
        headers={"Accept": "application/x-npz"},
    )
    with np.load(BytesIO(answer.data), allow_pickle=False) as file:
        total = sum(array.size for array in file.values())
    if total != POINTS * 2 * 301:
        raise ValueError(f"{total} numbers came")
    return perf_counter() - began


if __name__ == "__main__":
    main()
