"""`trainlet model alias`: aliases of versions."""

from __future__ import annotations

import click

from trainlet.cli._completing import model_names
from trainlet.cli._group import examples
from trainlet.cli._service import connect, json_option, print_deleted, print_json, url_option


@click.command(
    epilog=examples(
        "trainlet model alias fruit production 3",
        "trainlet predict fruit new.csv --version production",
        "trainlet model alias fruit production --delete",
    )
)
@click.argument("name", shell_complete=model_names)
@click.argument("alias_name", metavar="ALIAS")
@click.argument("version", required=False)
@click.option("--delete", "deletes", is_flag=True, help="Delete the alias; the version is kept.")
@json_option
@url_option
def alias(
    name: str,
    alias_name: str,
    version: str | None,
    url: str | None,
    *,
    deletes: bool,
    as_json: bool,
) -> None:
    """Set ALIAS of the model NAME to VERSION, by default the newest, or delete it.

    An alias is valid wherever a version is.
    """
    if deletes and version is not None:
        raise click.UsageError("--delete takes no VERSION")
    with connect(url) as client:
        if deletes:
            client.delete_alias(name, alias_name)
            print_deleted("alias", f"{alias_name} of {name}", as_json=as_json)
            return
        number = client.model(name, version).version
        document = client.set_alias(name, alias_name, number)
    if as_json:
        print_json(document)
    else:
        click.echo(f"Alias {alias_name} of {name} refers to version {number}.")
