"""Upload, reading and training of a file that is larger than the available memory.

    python -m benchmarks.larger_than_memory npy 2.0
    python -m benchmarks.larger_than_memory csv 2.0

Prints the seconds of each stage and the peak anonymous memory (RssAnon) of the API and of each
worker with its children, sampled 20 times per second, for one fully shuffled epoch. The files are
created below BENCHMARK_DIR, which must be on a disk.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx
import numpy as np

from tests.end_to_end.running_service import RunningService

COLUMNS = 784
BLOCK = 2000
HOURS = 2 * 3600


def rows(seed: int) -> np.ndarray:
    """Return synthetic digits: ten directions with noise, with the label in the last column."""
    chance = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(0, 1, (10, COLUMNS))
    labels = chance.integers(0, 10, BLOCK)
    points = centres[labels] + chance.normal(0, 1, (BLOCK, COLUMNS))
    return np.concatenate([points, labels[:, None]], axis=1).astype(np.float32)


def write_npy(file: IO[bytes], size: float) -> None:
    blocks = int(size / (BLOCK * (COLUMNS + 1) * 4)) + 1
    header = {"descr": "<f4", "fortran_order": False, "shape": (blocks * BLOCK, COLUMNS + 1)}
    np.lib.format.write_array_header_1_0(file, header)
    for seed in range(blocks):
        file.write(rows(seed % 20).tobytes())


def write_csv(file: IO[bytes], size: float) -> None:
    file.write((",".join(f"x{n}" for n in range(1, COLUMNS + 2)) + "\n").encode())
    # A few blocks are repeated, because formatting text is slow and only the size matters.
    texts = []
    for seed in range(3):
        lines = (",".join(f"{value:.4f}" for value in row) for row in rows(seed).tolist())
        texts.append(("\n".join(lines) + "\n").encode())
    written, turn = 0, 0
    while written < size:
        written += file.write(texts[turn % 3])
        turn += 1


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


class Watch(threading.Thread):
    """Samples the peak RssAnon of all descendants of a process, by role."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.peaks: dict[str, int] = {}

    def run(self) -> None:
        while True:
            children: dict[int, list[int]] = {}
            for entry in Path("/proc").iterdir():
                if entry.name.isdecimal():
                    try:
                        stat = (entry / "stat").read_text()
                        parent = int(stat.rpartition(")")[2].split()[1])
                        children.setdefault(parent, []).append(int(entry.name))
                    except OSError:
                        continue
            self._look(children.get(self.process, []), children)
            time.sleep(0.05)

    def _look(self, processes: list[int], children: dict[int, list[int]]) -> None:
        for process in processes:
            try:
                command = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
                status = Path(f"/proc/{process}/status").read_text()
                name = "worker" if b"worker" in command else "API" if b"service" in command else ""
                anon = next(line for line in status.splitlines() if line.startswith("RssAnon"))
                if name:
                    self.peaks[name] = max(self.peaks.get(name, 0), int(anon.split()[1]))
            except (OSError, StopIteration):
                continue
            self._look(children.get(process, []), children)


def main(kind: str, gigabytes: float) -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCHMARK_DIR")) as name:
        folder = Path(name)
        path = folder / f"data.{kind}"
        with path.open("wb") as file:
            (write_npy if kind == "npy" else write_csv)(file, gigabytes * 1e9)
        with RunningService(folder) as service:
            watch = Watch(service.process.pid)
            watch.start()
            measure(kind, path, service, watch)


def measure(kind: str, path: Path, service: RunningService, watch: Watch) -> None:
    size = path.stat().st_size
    media_type = {"npy": "application/x-npy", "csv": "text/csv"}[kind]
    headers = {"Content-Type": media_type, "Content-Length": str(size)}
    http = httpx.Client(base_url=service.url, timeout=HOURS, trust_env=False)
    began = time.monotonic()
    response = http.post("/v1/datasets", content=pieces(path), headers=headers).raise_for_status()
    print_stage("upload", began, size, watch)
    dataset = response.json()["id"]
    began = time.monotonic()
    while (about := http.get(f"/v1/datasets/{dataset}").json())["status"] == "profiling":
        time.sleep(0.1)
    assert about["status"] == "ready", about["error"]
    print_stage("profile", began, size, watch)
    began = time.monotonic()
    response = http.post("/v1/jobs", json=spec(dataset))
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    while not (now := http.get(job["links"]["self"], params={"wait": 10}).json())["finished_at"]:
        pass
    print_stage("training", began, size, watch)
    print(now["status"], now["error"], now["progress"]["metrics"])


def print_stage(stage: str, began: float, size: int, watch: Watch) -> None:
    seconds = time.monotonic() - began
    peaks = ", ".join(f"{name} {peak / 1024:.0f} MB" for name, peak in watch.peaks.items())
    print(f"{stage}: {seconds:.1f} s, {size / 1e6 / seconds:.0f} MB/s; peaks so far: {peaks}")


def spec(dataset: str) -> dict[str, Any]:
    layers = [
        {"type": "dense", "units": 32, "activation": "relu"},
        {"type": "dense", "units": 10, "activation": "softmax"},
    ]
    return {
        "architecture": {"layers": layers},
        "dataset": {
            "source": {"type": "uploaded", "id": dataset},
            "task": "classification",
            "preprocessing": {"target": f"x{COLUMNS + 1}"},
            "split": {"test": 0.1},
        },
        "training": {"epochs": 1, "batch_size": 128},
    }


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
