"""`trainlet completion`: completion scripts for shells."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from trainlet.cli._group import examples

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_TRAINLET_COMPLETE"
"""The variable by which click distinguishes a completion from a run; its name is click's."""


@click.command(
    epilog=examples(
        'eval "$(trainlet completion bash)"    # in ~/.bashrc',
        'eval "$(trainlet completion zsh)"     # in ~/.zshrc',
        "trainlet completion fish > ~/.config/fish/completions/trainlet.fish",
    )
)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for SHELL.

    It completes commands, options, presets, job ids and model names. Ids and names come from the
    API, which has one second to respond.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  # all of SHELLS are click's
    click.echo(kind(context.find_root().command, {}, "trainlet", VARIABLE).source())
