"""A service that others can reach: it demands keys, and cuts off who is slow."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from service.access.patience import PIECE, Patience
from tests.eventually import eventually
from tests.service.test_server import ROOT, Service
from trainlet.settings import Settings

PAGE = ROOT / "docs" / "how-to" / "team.md"
BLOCK = re.compile(r"```sh\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)
HEAD = b"POST /v1/jobs HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"


class Public(Service):
    """One that listens on all addresses."""

    def start(self, stderr: int | None = None) -> subprocess.Popen[str]:
        self.environment |= {"TRAINLET_HOST": "0.0.0.0", "TRAINLET_BODY_SECONDS": "1"}
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


def test_the_page_for_teams_is_true_and_slow_clients_are_cut_off(
    public: Public, tmp_path: Path
) -> None:
    command = tmp_path / "trainlet"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m trainlet.cli "$@"\n')
    command.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    printed = PAGE.read_text(encoding="utf-8")
    for commands, told in BLOCK.findall(printed):
        ran = subprocess.run(
            ["bash", "-e", "-c", commands.replace(":8000", f":{public.port}")],
            capture_output=True,
            check=True,
            cwd=tmp_path,
            env=public.environment | path,
            text=True,
        )
        assert [line.rstrip() for line in ran.stdout.rstrip().splitlines()] == told.splitlines()
    key = (tmp_path / "boss.key").read_text().strip()
    # More than there are threads: were one held, the next would not be told anything.
    with ExitStack() as held:
        clients = [held.enter_context(connected(public, key)) for _ in range(3)]
        assert [client.recv(100) for client in clients] == [b"", b"", b""]
    with socket.create_connection(("127.0.0.1", public.port)) as client:
        client.settimeout(20)
        client.sendall(HEAD)
        assert client.recv(100) == b""
    assert public.ask("GET", "/readyz")[0] == 200


def connected(public: Public, key: str) -> socket.socket:
    """A client that has begun a body and sends no more of it."""
    client = socket.create_connection(("127.0.0.1", public.port))
    client.settimeout(20)
    credentials = f"Authorization: Bearer {key}\r\nContent-Length: 9\r\n\r\n"
    client.sendall(HEAD + credentials.encode() + b"{")
    return client


class Coming:
    """A body that comes as it is asked for."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self, size: int) -> bytes:
        piece, self._content = self._content[:size], self._content[size:]
        return piece


@pytest.mark.parametrize("size", [-1, 0, 1, PIECE, 2 * PIECE + 1, 10**6])
def test_a_body_that_comes_is_read_as_it_is(size: int) -> None:
    content = os.urandom(2 * PIECE + 7)
    environ: dict[str, Any] = {
        "CONTENT_LENGTH": str(len(content)),
        "REMOTE_ADDR": "192.0.2.1",
        "wsgi.input": Coming(content),
    }
    patience = Patience(10, 2)
    assert patience.with_body(environ)["wsgi.input"].read(size) == content[: size % 10**7]
    environ["wsgi.input"] = Coming(content)
    assert b"".join(patience.with_body(environ)["wsgi.input"]) == content
    assert patience.with_body({"CONTENT_LENGTH": "0"}) == {"CONTENT_LENGTH": "0"}
