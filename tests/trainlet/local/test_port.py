import socket

import pytest

from trainlet.errors import ConflictError, ServiceUnavailableError
from trainlet.local import port
from trainlet.settings import Settings


def test_a_free_port_is_fine_and_stays_free() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings = Settings(port=probe.getsockname()[1])
    port.check(settings)
    port.check(settings)


def test_a_taken_port_is_reported_with_another_to_choose() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        message = rf"port {number} of 127.0.0.1 is in use; .*TRAINLET_PORT=\d+"
        with pytest.raises(ConflictError, match=message):
            port.check(Settings(port=number))


def test_a_port_that_others_may_share_is_taken_all_the_same() -> None:
    with (
        socket.create_server(("127.0.0.1", 0), reuse_port=True) as server,
        pytest.raises(ConflictError),
    ):
        port.check(Settings(port=server.getsockname()[1]))


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_a_host_that_is_not_this_machine_is_reported(host: str) -> None:
    with pytest.raises(
        ServiceUnavailableError, match=r"cannot listen on port 8000 of .*TRAINLET_HOST"
    ):
        port.check(Settings(host=host))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("lab.local", "http://lab.local:8000"),
    ],
)
def test_the_url_is_one_that_this_machine_reaches(host: str, url: str) -> None:
    assert port.url(Settings(host=host)) == url


@pytest.mark.parametrize(
    ("host", "addresses"),
    [("127.0.0.1", {"127.0.0.1"}), ("::1", {"::1"}), ("localhost", {"127.0.0.1", "::1"})],
)
def test_a_host_is_resolved_to_the_address_to_listen_on(host: str, addresses: set[str]) -> None:
    assert port.address(Settings(host=host)) in addresses


def test_an_unknown_host_is_reported_with_its_setting() -> None:
    with pytest.raises(ServiceUnavailableError, match=r"TRAINLET_HOST=no\.invalid"):
        port.address(Settings(host="no.invalid"))
