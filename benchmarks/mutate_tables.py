"""Mutated tables for the reader.

    python -m benchmarks.mutate_tables [--files 10000] [--seed 1]

Files of tests/data/tables are changed at random and read with random options. Each must be read or
rejected with a message, and rows for a model must equal the numbers of the upload. Needs no package
beyond the development lock. Failures are printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import traceback
import warnings
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import orjson

from trainlet.config import from_json
from trainlet.datasets import ReadingOptions
from trainlet.readers import RowReader, TableError, read
from trainlet.readers.sources import TABLES

TABLES_FOLDER = Path(__file__).parents[1] / "tests" / "data" / "tables"
PIECES = (
    *(b",", b";", b"\t", b"|", b'"', b"\n", b"\r", b"\r\n", b" ", b"#", b"-", b"sep=;\n", b"NA"),
    *(b"1e999", b"nan", b"\0", b"\xff", b"\xef\xbb\xbf", b"9007199254740993", b"true", b"1.234,5"),
    *(b"2024-01-01", b"\xc3\xa9", b"\xe2\x80\xa8", b"\x1c", b"\x85", b"{}", b"[1]", b'{"a":1}'),
)
OPTIONS: dict[str, list[Any]] = {
    "delimiter": ["auto", "comma", "semicolon", "tab", "pipe", "space"],
    "header": ["auto", "true", "false"],
    "decimal": ["point", "comma"],
    "thousands": ["none", "comma", "point", "space", "apostrophe"],
    "comment": [None, "#", '"', ",", "1"],
    "encoding": ["auto", "utf-8", "utf-16", "latin-1", "cp1252"],
    "missing": [None, [], ["a", "1"], ['"']],
}
BREAKS = (
    *(
        ArithmeticError,
        AssertionError,
        AttributeError,
        TableError,
        LookupError,
        MemoryError,
        OSError,
    ),
    *(RuntimeError, TypeError, ValueError, Warning),
)
TYPES = ("number", "category", "date", "boolean", "ignore")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("error")
    chance = Random(arguments.seed)
    cases = orjson.loads((TABLES_FOLDER / "expected.json").read_bytes())
    counts, slowest = {"read": 0, "rejected": 0, "broken": 0}, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(arguments.files):
            case = chance.choice(cases)
            data = mutated((TABLES_FOLDER / case["file"]).read_bytes(), chance)
            options = chosen(case.get("options", {}), chance)
            began = time.perf_counter()
            counts[tried(Path(folder), data, case.get("media_type", "text/csv"), options)] += 1
            slowest = max(slowest, time.perf_counter() - began)
    print(f"{counts}; slowest {slowest:.2f} s")
    raise SystemExit(counts["broken"] > 0)


def mutated(data: bytes, chance: Random) -> bytes:
    """Return the data with some bytes added, changed, repeated or removed."""
    result = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 5, 20))):
        at = chance.randrange(len(result) + 1)
        kind = chance.random()
        if kind < 0.5:
            result[at:at] = chance.choice(PIECES)
        elif kind < 0.7:
            del result[at : at + chance.randrange(1, 9)]
        elif kind < 0.9 and at < len(result):
            result[at] = chance.randrange(256)
        else:
            result[at:at] = result[max(0, at - 20) : at] * chance.randrange(1, 4)
    return bytes(result)


def chosen(given: dict[str, Any], chance: Random) -> ReadingOptions:
    """Return the reading options of a file, some of them replaced."""
    options = given | {
        name: chance.choice(values) for name, values in OPTIONS.items() if chance.random() < 0.15
    }
    if chance.random() < 0.1:
        options["columns"] = {chance.choice("ab"): chance.choice(TYPES)}
    return from_json(ReadingOptions, options)


def tried(folder: Path, data: bytes, media_type: str, options: ReadingOptions) -> str:
    """Return whether a file is read, rejected with a message or breaks the reader."""
    content, numbers = folder / "content", folder / "numbers"
    content.write_bytes(data)
    try:
        try:
            profile = read(content, media_type, options, numbers, 10**8)
        except TableError:
            return "rejected"
        orjson.dumps(profile.to_json())
        kept = [p for p, one in enumerate(profile.details) if one.column.type != "text"]
        if media_type in TABLES and kept:
            columns = tuple(profile.details[index].column for index in kept)
            rows = RowReader(BytesIO(data), media_type, options, columns)
            matrix = np.fromfile(numbers).reshape(profile.rows, -1)
            np.testing.assert_array_equal(np.concatenate(list(rows)), matrix[:, kept])
    except BREAKS:
        print(f"{media_type} {data[:300]!r} {options}")
        traceback.print_exc()
        return "broken"
    return "read"


if __name__ == "__main__":
    main()
