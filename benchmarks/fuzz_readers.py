"""Coverage-guided fuzzing of all parsers: `python -m benchmarks.fuzz_readers`.

    pip install atheris                       # has wheels for Python 3.11 to 3.13
    python -m benchmarks.fuzz_readers csv     # ten minutes; or another target:

spec, npy, npz, ndjson, xlsx, rows, safetensors, inference, points, table, options, gzip. The first
bytes of a table choose the reading options; `rows` reads it for a model. `points` are rows by name,
`table` is CSV to predict, `options` are those of an upload, and `gzip` is a compressed table.

Every input must be read or rejected with a message: no other exception, at most ten seconds, at
most 1 GB. Failing inputs are kept as files named crash-…, timeout-… or oom-….
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import atheris
import numpy as np
import orjson

SECONDS, MEGABYTES = 600, 1024

with atheris.instrument_imports(include=["service", "trainlet"]):
    import fakeredis

    from service.app import create_app
    from tests.service.specs import circles, line
    from tests.service.training import train
    from tests.trainlet.readers.workbook import workbook
    from trainlet.config import from_json
    from trainlet.datasets import Column, ReadingOptions
    from trainlet.errors import CorruptFileError, TooLargeError
    from trainlet.queue import Queue
    from trainlet.readers import RowReader, TableError, read
    from trainlet.readers.sources import CSV, EXCEL, NDJSON
    from trainlet.settings import Settings
    from trainlet.spec import Limits
    from trainlet.store import Store, read_foreign_model
FOLDER = Path(tempfile.mkdtemp(prefix="trainlet-fuzz-"))
STORE = Store((FOLDER / "blobs").as_uri())
Fuzz = Callable[[bytes], None]
REQUESTS = {
    "points": ("/v1/models/circles/predict", "application/json"),
    "table": ("/v1/models/circles/predict?header=true", "text/csv"),
    "options": ("/v1/datasets", "multipart/form-data; boundary=edge"),
    "gzip": ("/v1/models/circles/predict", "text/csv"),
}
"""Path and media type of the targets that send the input unchanged."""

OPTIONS_PART = (
    b"--edge\r\nContent-Disposition: form-data; name=options\r\n\r\n"
    b'{"delimiter": "tab", "missing": ["-"], "columns": {"a": "date"}}\r\n'
    b"--edge\r\nContent-Disposition: form-data; name=file; filename=a.csv\r\n\r\na\r\n--edge--\r\n"
)


def file_of(media_type: str) -> Fuzz:
    def fuzz(data: bytes) -> None:
        path = FOLDER / "file"
        path.write_bytes(data)
        try:
            read(path, media_type, ReadingOptions(), FOLDER / "numbers", 2**28)
        except TableError:
            return

    return fuzz


def options_of(data: bytes) -> tuple[ReadingOptions, bytes]:
    """Derive reading options from the first bytes; also return the remaining ones."""
    choices = {
        "delimiter": ("auto", "comma", "semicolon", "tab", "pipe", "space"),
        "decimal": ("point", "comma"),
        "thousands": ("none", "space", "apostrophe"),
        "header": ("auto", "true", "false"),
        "encoding": ("auto", "utf-8", "utf-16", "latin-1", "cp1252"),
        "comment": (None, "#"),
    }
    chosen = {
        name: values[byte % len(values)]
        for byte, (name, values) in zip(data, choices.items(), strict=False)
    }
    return from_json(ReadingOptions, chosen), data[len(choices) :]


def table_of(media_type: str) -> Fuzz:
    def fuzz(data: bytes) -> None:
        options, content = options_of(data)
        path = FOLDER / "file"
        path.write_bytes(content)
        try:
            read(path, media_type, options, FOLDER / "numbers", 2**28)
        except TableError:
            return

    return fuzz


def rows(data: bytes) -> None:
    options, content = options_of(data)
    columns = (Column("a"), Column("b", "category", ("red", "true")), Column("c", "date"))
    try:
        for block in RowReader(BytesIO(content), "text/csv", options, columns):
            assert block.shape[1] == len(columns)
    except TableError:
        return


def safetensors(data: bytes) -> None:
    try:
        read_foreign_model(data, Limits(10**7, 1e13, 10**6))
    except (CorruptFileError, TooLargeError):
        return


def request_fuzz(path: str, content_type: str, *, split: bool = False) -> Fuzz:
    """Return a target that sends the input to the API, which must not respond with a 5xx."""
    client = create_app(Settings(), STORE, Queue(fakeredis.FakeRedis())).test_client()

    def fuzz(data: bytes) -> None:
        headers = {"Content-Type": content_type}
        if split:
            length = int.from_bytes(data[:2], "little")
            headers["Inference-Header-Content-Length"] = str(length)
        response = client.post(path, data=data[2:] if split else data, headers=headers)
        assert response.status_code < 500, response.text

    return fuzz


def npy(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def seeds(target: str) -> list[bytes]:
    """Return valid inputs to start from."""
    points = np.array([[1.0, 2.0], [3.0, 4.0]])
    if target == "safetensors":
        train(STORE, line())
        return [STORE.models.weights("line")]
    head = orjson.dumps(
        {
            "inputs": [
                {
                    "name": "points",
                    "shape": [1, 1],
                    "datatype": "FP64",
                    "parameters": {"binary_data_size": 8},
                }
            ]
        }
    )
    seeds_of = {
        "points": [b'{"points": [{"x1": 1, "x2": 2.5}, [1, 2]]}', b'{"points": [[1, 2]]}'],
        "table": [b"x2,x1\n1,2\n", b'"x1";"x2"\n1;2\n'],
        "options": [OPTIONS_PART],
        "gzip": [gzip.compress(b"x1,x2\n1,2\n", mtime=0)],
        "spec": [orjson.dumps(circles()), orjson.dumps(line())],
        "csv": [
            bytes(6) + b"a,b\n1,2\n",
            bytes((0, 1, 0, 0, 0, 1)) + b'x;"y;z"\n#\n1,5;true\n;false\n',
            bytes(6) + b"2024-01-01,red\n2024-01-02,blue\n",
        ],
        "rows": [bytes(6) + b"c,b,a\n2024-01-01,red,1.5\n,true,NA\n"],
        "ndjson": [bytes(6) + b'{"a": 1, "b": "x"}\n{"b": null, "c": [true]}\n'],
        "xlsx": [bytes(6) + workbook({"S": [["a", "b"], [1, "x"], [True, None]]})],
        "npy": [npy(points), npy(points.astype("f4")), npy(np.arange(6).reshape(2, 3))],
        "npz": [npz(inputs=points, targets=np.array([0, 1])), npz(inputs=points)],
        "inference": [
            len(head).to_bytes(2, "little") + head + np.array([1.5]).tobytes(),
            b"\0\0" + b'{"inputs":[{"name":"points","shape":[1,1],"datatype":"FP32","data":[1]}]}',
        ],
    }
    return seeds_of[target]


def target(name: str) -> Fuzz:
    if name == "spec":
        return request_fuzz("/v1/jobs?dry_run=true", "application/json")
    if name == "inference":
        train(STORE, line())
        return request_fuzz("/v2/models/line/infer", "application/octet-stream", split=True)
    if name in REQUESTS:
        train(STORE, circles())
        return request_fuzz(*REQUESTS[name])
    if name == "safetensors":
        return safetensors
    if name == "rows":
        return rows
    tables = {"csv": CSV, "ndjson": NDJSON, "xlsx": EXCEL}
    return table_of(tables[name]) if name in tables else file_of(f"application/x-{name}")


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    name, options = sys.argv[1], sys.argv[2:]
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(name)):
        (corpus / str(number)).write_bytes(seed)
    bounds = [f"-max_total_time={SECONDS}", f"-rss_limit_mb={MEGABYTES}", "-timeout=10"]
    atheris.Setup([sys.argv[0], *bounds, *options, str(corpus)], target(name))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
