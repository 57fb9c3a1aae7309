"""Complete local installation, started as by a user, with its URL and process id."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from tests.eventually import eventually
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
SECONDS = 60


class RunningService:
    """`trainlet up` with its data in `folder`, from entering to leaving."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers = 2
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "TRAINLET_PORT": str(self.port),
            "TRAINLET_DATA_DIR": str(folder / "data"),
            "TRAINLET_WORKERS": "2",
        }
        self.http = httpx.Client(base_url=self.url, timeout=SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        with self.log.open("wb") as log:
            self.process = self.spawn("up", stdout=log, stderr=subprocess.STDOUT)
        eventually(self.is_ready, SECONDS, f"readiness; see {self.log}")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(SECONDS)

    @property
    def log(self) -> Path:
        return self.folder / "up.log"

    def spawn(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """Start the `trainlet` command with these arguments."""
        command = [sys.executable, "-m", "trainlet.cli", *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **options)

    def submit(self, spec: dict[str, Any]) -> dict[str, Any]:
        response = self.http.post("/v1/jobs", json=spec)
        assert response.status_code == 202, response.text
        job: dict[str, Any] = response.json()
        return job

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job as it ended, which must be well."""

        def look() -> dict[str, Any] | None:
            now: dict[str, Any] = self.http.get(job["links"]["self"], params={"wait": 10}).json()
            return now if now["finished_at"] else None

        result = eventually(look, SECONDS, f"the end of job {job['id']}")
        assert result is not None
        assert result["status"] == "succeeded", result["error"]
        return result

    def train(self, spec: dict[str, Any]) -> dict[str, Any]:
        return self.ended(self.submit(spec))

    def predict(self, job: dict[str, Any], points: list[list[float]]) -> dict[str, Any]:
        response = self.http.post(f"{job['links']['model']}/predict", json={"points": points})
        assert response.status_code == 200, response.text
        prediction: dict[str, Any] = response.json()
        return prediction

    def weights(self, job: dict[str, Any]) -> dict[str, tuple[list[int], bytes]]:
        """The arrays of the job's model by name: their shapes and their bytes."""
        return tensors(self.http.get(f"{job['links']['model']}/weights").content)

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            response = self.http.get("/readyz")
        except httpx.TransportError:
            return False
        return response.status_code == 200 and response.json()["workers"] == self.workers


def tensors(content: bytes) -> dict[str, tuple[list[int], bytes]]:
    """Parse a safetensors file by the format's specification alone."""
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    data = content[8 + length :]
    header.pop("__metadata__")
    return {
        name: (about["shape"], data[slice(*about["data_offsets"])])
        for name, about in header.items()
    }


def numbers(tensor: tuple[list[int], bytes]) -> list[float]:
    """The numbers of a tensor in float64, row by row."""
    _, data = tensor
    return list(struct.unpack(f"<{len(data) // 8}d", data))
