"""`trainlet key`: the API keys of a service, made and revoked where its store is."""

from __future__ import annotations

from typing import Any

import click

from trainlet.cli._service import json_option, print_json
from trainlet.cli._store import run
from trainlet.cli._text import aligned

HEADER = "key", "name", "scopes", "owner", "names", "created", "holds"


@click.group
def key() -> None:
    """Make, list and revoke the API keys of a service.

    It works on the store that the settings in the environment say, and needs no service.
    """


@key.command(epilog="Example: trainlet key create ci --scope train --scope read --days 90")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help="What it is for: train, predict, read or admin, which is all; may be given again.",
)
@click.option("--owner", default="", help="Whose it is; keys of one owner share what they see.")
@click.option("--prefix", default="", help="What the names of its jobs and models begin with.")
@click.option("--days", type=click.FloatRange(0, 36500, min_open=True), help="Until it expires.")
@json_option
def create(*, as_json: bool, **options: Any) -> None:
    """Make a key and tell it, this once: only its SHA-256 is stored."""
    made = run("create-key", **options)
    if as_json:
        print_json(made)
        return
    click.echo(made["key"])
    click.echo(f"It is told this once. To revoke it: trainlet key revoke {made['id']}", err=True)


@key.command("list", epilog="Example: trainlet key list --json")
@json_option
def list_keys(*, as_json: bool) -> None:
    """List all keys, newest first, without what is secret of them."""
    keys = run("list-keys")["keys"]
    if as_json:
        for each in keys:
            print_json(each)
    elif keys:
        click.echo(aligned([HEADER, *map(_row, keys)]))
    else:
        click.echo("No keys.", err=True)


@key.command(epilog="Example: trainlet key revoke 01a20de31076c6b5")
@click.argument("key_id")
def revoke(key_id: str) -> None:
    """Let a key hold no more; services refuse it within two seconds."""
    revoked = run("revoke-key", id=key_id)
    click.echo(f"key {revoked['id']} ({revoked['name']}) holds no more")


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
    return "for ever" if document["expires_at"] is None else f"until {document['expires_at']}"
