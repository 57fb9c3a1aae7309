"""The `trainlet` command. A verb is a module here that holds a click command of the same name.

It is imported when it runs: `trainlet --help` answers at once, from the table below.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from trainlet import __version__
from trainlet.errors import TrainletError

VERBS = {
    "demo": "Train the four circles over HTTP and show what was learned.",
    "up": "Start an embedded server, the workers and the API on this machine.",
}


class Verbs(click.Group):
    """The verbs; what this project raises on purpose is told without a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrainletError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Verbs)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Train small neural networks over HTTP, and serve them."""
