import socket
import threading
from pathlib import Path

from trainlet.local.probe import is_listening


def test_no_one_there_is_no_response(tmp_path: Path) -> None:
    assert not is_listening(str(tmp_path / "none.sock"), b"PING", b"PONG")()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert not is_listening(unused.getsockname(), b"PING", b"PONG")()


def test_an_response_counts_if_it_begins_as_expected() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        received: list[bytes] = []

        def serve() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    received.append(connection.recv(100))
                    connection.sendall(b"PONG and more")

        thread = threading.Thread(target=serve)
        thread.start()
        assert is_listening(server.getsockname(), b"PING", b"PONG")()
        assert not is_listening(server.getsockname(), b"PING", b"LOAD")()
        thread.join()
    assert received == [b"PING", b"PING"]
