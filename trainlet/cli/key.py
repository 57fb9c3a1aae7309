"""`trainlet key`: API keys in the blob store."""

from __future__ import annotations

from typing import Any

import click

from trainlet.cli._group import Group, examples
from trainlet.cli._service import json_option, print_json
from trainlet.cli._store import run
from trainlet.cli._text import aligned

HEADER = "key", "name", "scopes", "owner", "names", "created", "valid"


@click.group(cls=Group)
def key() -> None:
    """Create, list and revoke API keys.

    The keys are in the blob store of the settings in the environment; no API needs to run.
    """


@key.command(epilog=examples("trainlet key create ci --scope train --scope read --days 90"))
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="Permission: train, predict, read, or admin for all; repeatable.",
)
@click.option("--owner", default="", help="Owner; keys of one owner see the same jobs and models.")
@click.option("--prefix", default="", help="Prefix of the names of its jobs and models.")
@click.option(
    "--days", type=click.FloatRange(0, 36500, min_open=True), help="Days until the key expires."
)
@json_option
def create(*, as_json: bool, **options: Any) -> None:
    """Create an API key named NAME, and print it.

    It is not shown again, because only its SHA-256 is stored.
    """
    created = run("create-key", **options)
    if as_json:
        print_json(created)
        return
    click.echo(created["key"])
    hint = (
        f"Store the key now, it is not shown again. To revoke: trainlet key revoke {created['id']}"
    )
    click.echo(hint, err=True)


@key.command("list", epilog=examples("trainlet key list --json"))
@json_option
def list_keys(*, as_json: bool) -> None:
    """List all keys, newest first, without their secrets; with --json one document per line."""
    keys = run("list-keys")["keys"]
    if as_json:
        for each in keys:
            print_json(each)
    elif keys:
        click.echo(aligned([HEADER, *map(_row, keys)]))
    else:
        click.echo("No keys.", err=True)


@key.command(epilog=examples("trainlet key revoke 01a20de31076c6b5"))
@click.argument("key_id", metavar="ID")
@json_option
def revoke(key_id: str, *, as_json: bool) -> None:
    """Revoke the key ID; the API rejects it within two seconds."""
    revoked = run("revoke-key", id=key_id)
    if as_json:
        print_json(revoked)
    else:
        click.echo(f"Revoked key {revoked['id']} ({revoked['name']}).")


def _row(document: dict[str, Any]) -> tuple[str, ...]:
    scopes, names = ",".join(document["scopes"]), f"{document['prefix']}*"
    return (
        *(
            document["id"],
            document["name"],
            scopes,
            document["owner"],
            names,
            document["created_at"],
        ),
        _validity(document),
    )


def _validity(document: dict[str, Any]) -> str:
    if document["revoked_at"]:
        return f"revoked {document['revoked_at']}"
    if document["expired"]:
        return f"expired {document['expires_at']}"
    return "forever" if document["expires_at"] is None else f"until {document['expires_at']}"
