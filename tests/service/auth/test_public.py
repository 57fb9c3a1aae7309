"""A public service requires API keys and isolates slow clients."""

from __future__ import annotations

import os
import re
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.service.server.test_api_processes import ROOT, Service
from trainlet.settings import Settings

PAGE = ROOT / "docs" / "how-to" / "team.md"
BLOCK = re.compile(r"```sh\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
HEAD = b"POST /v1/jobs HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


class Public(Service):
    """One that listens on all addresses."""

    def start(self, stderr: int | None = None) -> subprocess.Popen[str]:
        self.environment |= {"TRAINLET_HOST": "0.0.0.0", "TRAINLET_REQUEST_TIMEOUT_SECONDS": "1"}
        return super().start(stderr)


@pytest.fixture
def public(settings: Settings) -> Iterator[Public]:
    service = Public(settings)
    try:
        eventually(service.answers, 60, "the service answers")
        yield service
    finally:
        service.process.kill()
        service.process.communicate()


def test_slow_clients_leave_threads_to_others(public: Public, tmp_path: Path) -> None:
    command = tmp_path / "trainlet"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m trainlet.cli "$@"\n')
    command.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    printed = PAGE.read_text(encoding="utf-8")
    for commands, payload in BLOCK.findall(printed):
        ran = subprocess.run(
            ["bash", "-e", "-c", commands.replace(":8000", f":{public.port}")],
            capture_output=True,
            check=True,
            cwd=tmp_path,
            env=public.environment | path,
            text=True,
        )
        assert [line.rstrip() for line in ran.stdout.rstrip().splitlines()] == payload.splitlines()
    key = (tmp_path / "boss.key").read_text().strip()
    # Slow clients of one address: more than all processes have threads.
    processes, threads = (
        int(public.environment[f"TRAINLET_{name}"]) for name in ("API_PROCESSES", "THREADS")
    )
    count = 2 * processes * threads
    with ExitStack() as held:
        clients = [held.enter_context(connected(public, key)) for _ in range(count)]
        rejected = eventually(
            lambda: answered(clients, count - processes * threads // 2), 60, "429"
        )
        assert rejected is not None
        assert {client.recv(12) for client in rejected} == {b"HTTP/1.1 429"}
        other = HTTPConnection(
            "127.0.0.1", public.port, timeout=30, source_address=("127.0.0.2", 0)
        )
        with closing(other):
            other.request("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"})
            assert other.getresponse().status == 200
    with socket.create_connection(("127.0.0.1", public.port)) as client:
        client.settimeout(20)
        client.sendall(HEAD)
        assert client.recv(100) == b""


def connected(public: Public, key: str) -> socket.socket:
    """A client that has begun a body and sends no more of it."""
    client = socket.create_connection(("127.0.0.1", public.port))
    client.settimeout(20)
    credentials = f"Authorization: Bearer {key}\r\nContent-Length: 9\r\n\r\n"
    client.sendall(HEAD + credentials.encode() + b"{")
    return client


def answered(clients: list[socket.socket], count: int) -> list[socket.socket] | None:
    """The clients that have a response, once there are as many."""
    readable, _, _ = select.select(clients, [], [], 0)
    return readable if len(readable) >= count else None
