from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from trainlet.cli import main
from trainlet.client import Client
from trainlet.errors import AuthenticationError, PermissionDeniedError, TrainletError
from trainlet.store import Store


@pytest.fixture
def key(store: Store) -> object:
    environment = {"TRAINLET_BLOB_URL": store.blobs.root.as_uri()}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["key", *arguments], env=environment)

    return run


def test_keys_are_created_listed_and_revoked(key, store: Store) -> None:  # type: ignore[no-untyped-def]
    made = key("create", "ci", "--scope", "train", "--scope", "read", "--days", "90")
    assert made.exit_code == 0
    api_key = store.api_keys.check(made.stdout.strip())
    assert api_key is not None
    assert api_key.scopes == ("train", "read")
    [listed] = [json.loads(line) for line in key("list", "--json").stdout.splitlines()]
    assert (listed["id"], listed["expires_at"]) == (api_key.id, api_key.expires_at)
    assert "sha256" not in listed
    assert "until 20" in key("list").stdout
    assert key("revoke", api_key.id).stdout == f"Revoked key {api_key.id} (ci).\n"
    assert json.loads(key("revoke", api_key.id, "--json").stdout)["id"] == api_key.id
    assert store.api_keys.check(made.stdout.strip()) is None
    assert "revoked" in key("list").stdout


def test_errors_set_the_exit_status(key) -> None:  # type: ignore[no-untyped-def]
    assert key("create", "ci", "--scope", "everything").exit_code == 3
    assert key("revoke", "0" * 16).exit_code == 4
    assert key("create", "ci").exit_code == 2


def responding(status: int, observed: list[str]) -> httpx.MockTransport:
    def response(request: httpx.Request) -> httpx.Response:
        observed.append(request.headers.get("Authorization", ""))
        document: dict[str, Any] = {"detail": "the key is unknown", "data": [], "next": None}
        return httpx.Response(status, json=document)

    return httpx.MockTransport(response)


def test_commands_send_the_key_and_print_a_hint_without_one() -> None:
    observed: list[str] = []
    invoke = CliRunner().invoke
    arguments = ["job", "list", "--url", "http://a.example"]
    invoke(main, [*arguments, "--key", "one"], obj=responding(200, observed))
    invoke(main, arguments, obj=responding(200, observed), env={"TRAINLET_KEY": "two"})
    refused = invoke(main, arguments, obj=responding(401, observed))
    assert observed == ["Bearer one", "Bearer two", ""]
    assert refused.exit_code == 8
    assert "TRAINLET_KEY" in refused.stderr


@pytest.mark.parametrize(
    ("status", "error"), [(401, AuthenticationError), (403, PermissionDeniedError)]
)
def test_the_client_sends_its_key_and_does_not_report_a_broken_one(
    status: int, error: type[TrainletError]
) -> None:
    observed: list[str] = []
    transport = responding(status, observed)
    with (
        Client("http://a.example", transport=transport, key="one") as client,
        pytest.raises(error, match="the key is unknown"),
    ):
        client.job("a")
    assert observed == ["Bearer one"]
    with pytest.raises(AuthenticationError) as raised:
        Client("http://a.example", key="secret\n")
    assert "secret" not in str(raised.value)
