"""Throughput of uploading, reading and sampling files.

    python -m benchmarks.data [--megabytes 512]

Prints the throughput of uploads to the blob store over loopback, of reading numeric CSV files on
one core, and the time to gather a mini-batch from a mapped array relative to memory, each with its
target. The files are created below BENCHMARK_DIR, which must be on a disk.
"""

from __future__ import annotations

import argparse
import http.client
import os
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

from tests.end_to_end.running_service import RunningService
from trainlet.datasets import MappedTable, ReadingOptions
from trainlet.readers import read

PIECE = 2**20
ROUNDS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=512)
    megabytes = parser.parse_args().megabytes
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCHMARK_DIR")) as name:
        folder = Path(name)
        with RunningService(folder) as service:
            results = [upload(service, megabytes) for _ in range(ROUNDS)]
        print(f"upload: {median(results):.0f} MB/s (target: 200); {_shown(results)}")
        for width in (10, 784):
            print(f"read {width} numeric columns: {profile(folder, width):.0f} MB/s (target: 30)")
        print(f"read mixed columns: {mixed(folder):.0f} MB/s")
        for batch in (32, 256):
            ratio = gather(folder, batch)
            print(f"gather {batch} rows: mapped ÷ memory {ratio:.2f} (target: at most 2)")


def upload(service: RunningService, megabytes: int) -> float:
    """Return the MB/s of uploading a new file. It is not a valid npz file, so reading fails."""
    block = os.urandom(PIECE)
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=300)
    began = time.perf_counter()
    connection.putrequest("POST", "/v1/datasets")
    connection.putheader("Content-Type", "application/x-npz")
    connection.putheader("Content-Length", str(megabytes * PIECE))
    connection.endheaders(os.urandom(16) + block[16:])
    for _ in range(megabytes - 1):
        connection.send(block)
    response = connection.getresponse()
    path = response.headers["Location"]
    response.read()
    seconds = time.perf_counter() - began
    service.http.delete(path).raise_for_status()
    return megabytes * PIECE / 1e6 / seconds


def profile(folder: Path, width: int) -> float:
    """Return the MB/s of reading numbers, as a worker does."""
    chance = np.random.default_rng(0)
    rows = [",".join(map(repr, chance.normal(size=width).tolist())) for _ in range(5000)]
    lines = "\n".join(rows) + "\n"
    header = ",".join(f"c{index}" for index in range(width)) + "\n"
    return _reading(folder, header + lines * max(1, 50_000_000 // len(lines)))


def mixed(folder: Path, rows: int = 400_000) -> float:
    """Return the MB/s of reading ids, numbers with missing values, strings, dates and booleans."""
    chance = np.random.default_rng(0)
    ages = [f"{age:.1f}" if age > 30 else "" for age in chance.normal(40, 10, rows).tolist()]
    days = np.datetime64("2020-01-01") + chance.integers(0, 1500, rows)
    columns = {
        "id": range(rows),
        "age": ages,
        "city": chance.choice(["Berlin", "New York", "Paris", "Rome"], rows).tolist(),
        "score": chance.normal(size=rows).round(3).tolist(),
        "day": days.tolist(),
        "member": chance.choice(["true", "false"], rows).tolist(),
        "name": [f"user {number}" for number in chance.integers(0, 10**6, rows).tolist()],
    }
    lines = (",".join(map(str, row)) for row in zip(*columns.values(), strict=True))
    return _reading(folder, ",".join(columns) + "\n" + "\n".join(lines) + "\n")


def _reading(folder: Path, text: str) -> float:
    """Return the MB/s of reading a CSV file after all packages are imported."""
    path, numbers = folder / "data.csv", folder / "numbers"
    times = []
    for content in ("a,b\n1,x\n", *(text for _ in range(ROUNDS))):
        path.write_text(content)
        began = time.perf_counter()
        read(path, "text/csv", ReadingOptions(), numbers, 2**40)
        times.append(time.perf_counter() - began)
    return path.stat().st_size / 1e6 / median(times[1:])


def gather(folder: Path, batch: int) -> float:
    """Return the time of a mini-batch from a cached mapped file, relative to memory."""
    rows, width = 100_000, 784
    path = folder / "matrix"
    np.random.default_rng(0).normal(size=(rows, width)).astype(np.float32).tofile(path)
    mapped = np.memmap(path, np.float32, "r", 0, (rows, width))
    memory = np.array(mapped)
    chance = np.random.default_rng(1)
    order = [chance.integers(0, rows, batch) for _ in range(200)]
    ratios = []
    for _ in range(ROUNDS):
        times = []
        for matrix in (mapped, memory):
            source = MappedTable(matrix)
            began = time.perf_counter()
            for chosen in order:
                source.block(chosen)
            times.append(time.perf_counter() - began)
        ratios.append(times[0] / times[1])
    return median(ratios)


def _shown(results: list[float]) -> str:
    return ", ".join(f"{one:.0f}" for one in results)


if __name__ == "__main__":
    main()
