"""Tests of events: each is delivered once, even if the stream breaks."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from trainlet.client import Client, Event, client, connection
from trainlet.client.events import parsed
from trainlet.errors import NotFoundError, ServiceUnavailableError, TrainletError

STREAM = 'retry: 1000\n\nid: {}\nevent: {}\ndata: {{"epoch": {}}}\n\n: nothing new\n\n'


class Torn(httpx.SyncByteStream):
    """Body that breaks off after its text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __iter__(self) -> Iterator[bytes]:
        yield self._text.encode()
        raise httpx.ReadError("reset")


def following(*responses: httpx.Response | Exception) -> tuple[Client, list[str]]:
    """Return a client with these responses, and the list of its Last-Event-ID headers."""
    left, requested = list(responses), list[str]()

    def handler(request: httpx.Request) -> httpx.Response:
        requested.append(request.headers["Last-Event-ID"])
        response = left.pop(0)
        if isinstance(response, Exception):
            raise response
        return response

    return Client("http://service.test/", transport=httpx.MockTransport(handler)), requested


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, connection):
        monkeypatch.setattr(module, "MIN_RETRY_SECONDS", 0.0)


def test_a_broken_stream_is_resumed_after_the_last_event() -> None:
    ours, requested = following(
        httpx.Response(200, stream=Torn(STREAM.format("1-a", "epoch", 1) + "id: 2-b\nevent: ep")),
        httpx.ConnectError("refused"),
        httpx.Response(503, json={"detail": "128 streams are open already"}),
        httpx.Response(200, text=STREAM.format("2-b", "epoch", 2)),  # the service stops
        httpx.Response(200, text=STREAM.format("3-c", "succeeded", 3) + "never: read\n\n"),
    )
    events = list(ours.events("7", after="0-x"))
    assert events == [
        Event("1-a", "epoch", {"epoch": 1}),
        Event("2-b", "epoch", {"epoch": 2}),
        Event("3-c", "succeeded", {"epoch": 3}),
    ]
    assert [event.ends for event in events] == [False, False, True]
    assert requested == ["0-x", "1-a", "1-a", "1-a", "2-b"]


def test_no_event_follows_the_last_one() -> None:
    ours, _ = following(httpx.Response(204))
    assert list(ours.events("7", after="9-end")) == []


def test_a_deleted_job_is_reported() -> None:
    ours, _ = following(
        httpx.Response(200, text=STREAM.format("1-a", "epoch", 1)),
        httpx.Response(404, json={"detail": "there is no job"}),
    )
    result = ours.events("7")
    assert next(result).name == "epoch"
    with pytest.raises(NotFoundError):
        next(result)


def test_an_api_that_stays_unreachable_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "RESTART_SECONDS", -1.0)
    ours, _ = following(httpx.ConnectError("refused"))
    with pytest.raises(ServiceUnavailableError):
        next(ours.events("7"))


@pytest.mark.parametrize("data", ["", "data: x", "data: [1]", "data: 7"])
def test_an_invalid_event_is_rejected(data: str) -> None:
    with pytest.raises(TrainletError, match="not from a trainlet API"):
        list(parsed(["id: 1", "event: epoch", *filter(None, [data]), ""]))
