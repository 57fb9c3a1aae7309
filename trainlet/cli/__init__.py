"""The `trainlet` command. A verb is a file here with a click command of the same name.

A verb imports what it needs when it runs, so that `trainlet --help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from trainlet import __version__
from trainlet.errors import TrainletError

VERBS = ("demo", "up")


class Verbs(click.Group):
    """The verbs, each imported when it is asked for; what this project raises on purpose is told without a trace."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrainletError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Verbs)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Train small neural networks over HTTP, and serve them."""
