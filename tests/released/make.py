"""Create a store of this version, for tests of later versions: `python -m tests.released.make`.

Run it once per release, before the version in `trainlet/__init__.py` is raised. The stores of
earlier versions stay unchanged.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.service.specs import circles, line
from tests.worker.here import work
from trainlet import __version__
from trainlet.config import from_json
from trainlet.datasets import ReadingOptions
from trainlet.network import predictor
from trainlet.spec import JobSpec
from trainlet.store import Store

FOLDER = Path(__file__).parent


def write(path: Path) -> None:
    """Return a zip file of blobs, with the values to be read from it as its comment."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder).as_uri())
        done = work(store, circles(record={"every": 1}))
        straight = work(store, line())
        waiting = store.jobs.accept(from_json(JobSpec, straight.document))
        store.models.point("circles", "best", 1)
        _, key = store.api_keys.create("ci", ["read"])
        store.uploads.receive([b"a,b\n1,2\n"], 100, "x", "text/csv", ReadingOptions())
        payload: dict[str, Any] = {
            "done": done.id,
            "waiting": waiting.id,
            "key": key,
            "sha256": done.sha256,
            "outputs": outputs(store, "line", [[3.0], [5.0]]),
            "history": store.jobs.history(done.id)["loss"],
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for blob in sorted(Path(folder).rglob("*")):
                file.write(blob, blob.relative_to(folder))
            file.comment = json.dumps(payload).encode()


def outputs(store: Store, name: str, points: list[list[float]]) -> list[list[float]]:
    """Return a stored model's outputs for points."""
    model = store.models.load(name)
    inputs = model.preprocessing.inputs(np.array(points), model.network.dtype)
    results: list[list[float]] = predictor(model.network, model.parameters)(inputs).tolist()
    return results


if __name__ == "__main__":
    write(FOLDER / f"{__version__}.zip")
