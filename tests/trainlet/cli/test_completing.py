from __future__ import annotations

import httpx
import pytest
from click.shell_completion import ShellComplete

from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.cli.command import URL
from trainlet.cli import main
from trainlet.client import Client
from trainlet.store import Store


def completed(transport: httpx.BaseTransport, *arguments: str) -> dict[str, str | None]:
    """Return the completions of the last argument, with their help."""
    complete = ShellComplete(main, {"obj": transport}, "trainlet", "_TRAINLET_COMPLETE")
    result = complete.get_completions(list(arguments[:-1]), arguments[-1])
    return {item.value: item.help for item in result}


@pytest.fixture(autouse=True)
def _somewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINLET_URL", URL)


def test_job_ids_and_model_names_come_from_the_api(api: httpx.WSGITransport, store: Store) -> None:
    train(store, line())
    ended = train(store, circles())
    queued = Client(URL, transport=api).submit(circles(), "k")
    jobs = completed(api, "job", "show", "")
    assert jobs[ended.id] == "circles version 1: succeeded after 2 epochs"
    assert len(jobs) == 3
    assert list(completed(api, "job", "cancel", "")) == [queued.id]
    assert completed(api, "job", "resume", "") == {}
    assert list(completed(api, "job", "plot", ended.id)) == [ended.id]
    assert completed(api, "predict", "ci") == {"circles": "version 1, classification"}
    assert set(completed(api, "model", "explain", "--json", "")) == {"circles", "line"}


@pytest.mark.parametrize("response", [httpx.Response(503), httpx.ConnectError("away")])
def test_an_unreachable_api_completes_nothing(response: httpx.Response | Exception) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer k"
        assert request.extensions["timeout"]["read"] == 1
        if isinstance(response, Exception):
            raise response
        return response

    transport = httpx.MockTransport(handler)
    assert completed(transport, "job", "show", "--key", "k", "") == {}
    assert completed(transport, "predict", "--key", "k", "") == {}
