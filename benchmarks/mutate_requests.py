"""Mutated requests: `python -m benchmarks.mutate_requests [--requests 10000] [--seed 1]`.

Valid specs, rows, tables, tensors and files are changed at random and sent to the API: dry runs,
previews, uploads with reading options, repeated reading, predictions by row, by name and as tables,
inference, evaluations, explanations. Some bodies have gzip, duplicate keys or wrong media types.
No response may be a 5xx, and no reading of a file may end in an internal error. Failures are
printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import fakeredis
import numpy as np
import orjson

from benchmarks.mutate_documents import encoded, mutated_document
from benchmarks.mutate_tables import OPTIONS, TABLES_FOLDER, TYPES, mutated
from service.app import create_app
from service.http.npy import write_npy
from tests.service.multilabel import source, tags
from tests.service.mutated_specs import CONVOLUTION, FRUIT, SPECS, uploaded
from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.readers.workbook import workbook
from trainlet.queue import BackgroundTask, Queue
from trainlet.readers import MEDIA_TYPES
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
ACCEPTED = (*[JSON] * 40, CSV, NPY, "*/*")
INTERNAL = "internal error"


@dataclass(frozen=True)
class Seed:
    """Valid request: a document for a JSON body, or bytes of a media type."""

    path: str
    body: Any
    media_type: str = JSON
    options: dict[str, list[Any]] = field(default_factory=dict)
    """Optional query parameters and their values."""


class Api:
    """API with its own store and a worker that reads files at once."""

    def __init__(self, folder: str) -> None:
        self.store, settings = Store(f"file://{folder}"), Settings(max_queued=10**6)
        queue = Queue(fakeredis.FakeRedis())
        self.client = create_app(settings, self.store, queue).test_client()
        self.runner = TaskRunner(self.store, queue, settings)

    def post(self, path: str, body: bytes, **headers: str) -> Any:
        return self.client.post(path, data=body, headers=headers)

    def read(self, response: Any) -> str:
        """Read an uploaded file. Return why it cannot be used, if so."""
        dataset = response.get_json()["id"]
        self.runner.run(BackgroundTask("read", dataset))
        shown = self.client.get(f"/v1/datasets/{dataset}")
        payload = shown.get_json()
        if shown.status_code != 200 or payload["status"] not in ("ready", "failed"):
            return f"{INTERNAL}: {payload}"
        return str(payload["error"] or "")


def seeds(api: Api) -> list[Seed]:
    """Train models, upload files, and return valid requests for them."""
    for spec in (circles(), line(), tags(), CONVOLUTION | {"name": "pictures"}):
        train(api.store, spec)
    response = api.post("/v1/datasets", FRUIT, **{"Content-Type": CSV})
    assert not api.read(response)
    dataset = response.get_json()["id"]
    train(api.store, uploaded(dataset) | {"name": "fruit"})
    fruit = {"source": {"type": "uploaded", "id": dataset}, "preprocessing": {"target": "fruit"}}
    sets: list[Any] = [*(spec["dataset"] for spec in SPECS.values()), fruit]
    specs = [*SPECS.values(), uploaded(dataset)]
    results = [Seed("/v1/jobs?dry_run=true", spec) for spec in specs]
    results += [Seed("/v1/datasets/preview?limit=5", one) for one in sets]
    results += [
        Seed(f"/v1/datasets/{dataset}/read", {"decimal": "comma", "columns": {"size": "date"}})
    ]
    return results + _predictions() + _tables() + _looks(dataset) + _files()


def _predictions() -> list[Seed]:
    row = {"size": 1.5, "color": "red", "day": "2024-01-01", "ripe": True}
    points: dict[str, list[Any]] = {
        "circles": [[1, 2], {"x1": 1, "x2": 2}],
        "line": [[1.5]],
        "tags": [[1, 2], [0.5, -1]],
        "pictures": [[0, 1, 0, 1]],
        "fruit": [row, {"size": None} | row, list(row.values())],
    }
    results = []
    for name, rows in points.items():
        more = {"top": [0, 1, 2, -1, "x"]} | OPTIONS
        results.append(Seed(f"/v1/models/{name}/predict", {"points": rows}, options=more))
        results.append(Seed(f"/v1/models/{name}/forward", {"points": rows[:1]}))
    tensors = [
        {"name": name, "shape": [1, 1], "datatype": kind, "data": [value]}
        for (name, value), kind in zip(row.items(), ("FP64", "BYTES", "BYTES", "BOOL"), strict=True)
    ]
    matrix = {"name": "points", "shape": [1, 2], "datatype": "FP32", "data": [1, 2]}
    outputs = [{"name": "labels"}, {"name": "outputs", "parameters": {"binary_data": True}}]
    results.append(Seed("/v2/models/fruit/infer", {"inputs": tensors, "outputs": outputs}))
    results.append(Seed("/v2/models/circles/infer", {"id": "a", "inputs": [matrix]}))
    return results


def _tables() -> list[Seed]:
    path, more = "/v1/models/fruit/predict", OPTIONS | {"sheet": ["S", "x"], "top": [0, 1]}
    header, *rows = FRUIT.decode().splitlines()
    lines = b"".join(
        orjson.dumps(dict(zip(header.split(","), row.split(","), strict=True))) + b"\n"
        for row in rows
    )
    cells: Any = [line.split(",") for line in (header, *rows)]
    return [
        Seed(path, FRUIT, CSV, more),
        Seed("/v1/models/fruit/explain", FRUIT, CSV, more),
        Seed("/v1/models/fruit/backpropagate", FRUIT, CSV, more | {"target": ["fruit", "size"]}),
        Seed("/v1/models/fruit/forward", lines, "application/x-ndjson", more),
        Seed(path, FRUIT.replace(b",", b"\t"), "text/tab-separated-values", more),
        Seed(path, lines, "application/x-ndjson", more),
        Seed(path, workbook({"S": cells}), MEDIA_TYPES[3], more),
        Seed("/v1/models/line/predict", b"x1\n1\n2.5\n", CSV, more),
        Seed("/v1/models/circles/predict", b"1;2\n3;4\n", CSV, more),
        Seed("/v1/models/circles/predict", write_npy(np.array([[1.0, 2.0]])), NPY, more),
    ]


def _looks(dataset: str) -> list[Seed]:
    own = {"type": "uploaded", "id": dataset}
    points = {"type": "inline", "inputs": [[1, 2], [3, 4]], "targets": [0, 1]}
    row = {"size": 1.5, "color": "red", "day": "2024-01-01", "ripe": True}
    return [
        Seed("/v1/models/fruit/evaluate", {"source": own, "worst": 2}),
        Seed(
            "/v1/models/circles/evaluate",
            {"source": own, "target": "ripe", "columns": {"x1": "size", "x2": "day"}},
        ),
        Seed(
            "/v1/models/line/evaluate", {"source": own, "target": "size", "columns": {"x1": "size"}}
        ),
        Seed("/v1/models/circles/evaluate", {"source": points}),
        Seed("/v1/models/tags/evaluate", {"source": source()}),
        Seed("/v1/models/circles/explain", {"repeats": 2, "seed": 1}),
        Seed("/v1/models/fruit/explain", {"point": row}),
        Seed("/v1/models/fruit/explain", {"points": [row, list(row.values())]}),
        Seed("/v1/models/circles/backpropagate", {"points": [[1, 2]], "targets": [1]}),
        Seed("/v1/models/fruit/backpropagate", {"points": [row], "targets": ["apple"]}),
    ]


def _files() -> list[Seed]:
    more = OPTIONS | {"sheet": ["S", "x"], "columns.a": [*TYPES], "name": ["n.csv.gz"]}
    cases = orjson.loads((TABLES_FOLDER / "expected.json").read_bytes())
    return [
        Seed("/v1/datasets", (TABLES_FOLDER / case["file"]).read_bytes(), media_type, more)
        for case in cases
        if (media_type := case.get("media_type", CSV))
    ]


def sent(api: Api, seed: Seed, chance: Random) -> tuple[int, str]:
    """Send a mutated request. Return the status and, on a failure, what was sent."""
    is_bytes = isinstance(seed.body, bytes)
    body = mutated(seed.body, chance) if is_bytes else mutated_document(seed.body, chance)
    body, headers = encoded(body, chance)
    kinds = seed.media_type if chance.random() < 0.98 else chance.choice((*MEDIA_TYPES, JSON, ""))
    headers |= {"Content-Type": kinds, "Accept": chance.choice(ACCEPTED)}
    query = {
        name: chance.choice(values)
        for name, values in seed.options.items()
        if chance.random() < 0.05
    }
    response = api.client.post(seed.path, data=body, headers=headers, query_string=query or None)
    status, payload = response.status_code, response.get_data()
    if response.is_json or status >= 400:
        orjson.loads(payload)
    wrong = status >= 500
    if seed.path.startswith("/v1/datasets") and status in (200, 201) and b'"status"' in payload:
        wrong = wrong or INTERNAL in api.read(response)
    return (
        status,
        f"{seed.path} {query} {headers} {body[:2000]!r} {payload[:300]!r}" if wrong else "",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.getLogger("trainlet.access").setLevel(logging.ERROR)
    chance = Random(options.seed)
    statuses: Counter[int] = Counter()
    broken, slowest = 0, (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        api = Api(folder)
        requests = seeds(api)
        paths = sorted({seed.path for seed in requests})
        for _ in range(options.requests):
            # Each path is equally likely, regardless of the number of its bodies.
            path = chance.choice(paths)
            seed = chance.choice([one for one in requests if one.path == path])
            began = time.perf_counter()
            status, failure = sent(api, seed, chance)
            slowest = max(slowest, (time.perf_counter() - began, seed.path))
            statuses[status] += 1
            if failure:
                broken += 1
                print(failure)
    print(f"{dict(sorted(statuses.items()))}; {broken} broken; slowest {slowest}")
    raise SystemExit(broken > 0)


if __name__ == "__main__":
    main()
