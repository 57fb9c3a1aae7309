"""What the look inside costs: snapshots and diagnostics while training, and a forward pass.

    python -m benchmarks.inside

Four circles with three layers of 100 units in mini-batches of 4 (W1) are trained for a fifth of
their preset's epochs without, with snapshots as often as 20 in all of them, with diagnostics and
with both in turn, as a worker does; what is told is by how much each takes more of the processor
than nothing of it, in the median of many short rounds, since a machine's speed drifts. Then all
layers of that network are asked for 10,000 points, as npz, from a service in a process of its own.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import tempfile
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, cast

import numpy as np
import orjson

from benchmarks.clients import Request
from service import examples
from tests.end_to_end.house import House
from tests.worker.here import work
from trainlet.store import Store

EPOCHS, ROUNDS, POINTS, ASKED = 40, 30, 10_000, 40
RECORDS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "snapshots": {"snapshots": 4},
    "diagnostics": {"diagnostics": True},
    "both": {"snapshots": 4, "diagnostics": True},
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        names = list(RECORDS)
        seconds = []
        for turn in range(ROUNDS):
            shift = turn % len(names)  # none is always the one after another
            order = names[shift:] + names[:shift]
            seconds.append({name: _trained(store, RECORDS[name]) for name in order})
        for name in names[1:]:
            more = median(one[name] / one["nothing"] for one in seconds) - 1
            print(f"{name}, W1: {more:+.1%} of training", flush=True)
    with tempfile.TemporaryDirectory() as folder, House(Path(folder)) as house:
        house.train(_document({}, epochs=2))
        found = sorted(1000 * _asked(house.port) for _ in range(ASKED))
        told = f"{median(found):.0f} ms in the median, {found[0]:.0f} at best"
        print(f"{POINTS} points through all layers as npz: {told}")


def _document(record: dict[str, Any], epochs: int) -> dict[str, Any]:
    training = cast("dict[str, Any]", examples.FOUR_CIRCLES["training"])
    return examples.FOUR_CIRCLES | {"training": training | {"epochs": epochs, "record": record}}


def _trained(store: Store, record: dict[str, Any]) -> float:
    """Seconds of the processor in all threads, which other programs disturb least."""
    began = process_time()
    work(store, _document(record, EPOCHS))
    return process_time() - began


def _asked(port: int) -> float:
    """Seconds until the client has all arrays."""
    points = np.random.default_rng(1).uniform(0, 4, (POINTS, 2))
    body = orjson.dumps({"points": points}, option=orjson.OPT_SERIALIZE_NUMPY)
    headers = {"Content-Type": "application/json", "Accept": "application/x-npz"}
    request = Request(port, "POST", "/v1/models/four-circles/forward", body, headers)
    began = perf_counter()
    with np.load(BytesIO(request.once()), allow_pickle=False) as file:
        total = sum(array.size for array in file.values())
    if total != POINTS * 2 * 301:
        raise ValueError(f"{total} numbers came")
    return perf_counter() - began


if __name__ == "__main__":
    main()
