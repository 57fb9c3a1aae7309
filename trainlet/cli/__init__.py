"""The `trainlet` command. A verb is a module here that holds a click command of the same name.

It is imported when it runs: `trainlet --help` answers at once, from the table below.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

from trainlet import __version__
from trainlet.errors import TrainletError

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""

VERBS = {
    "backpropagate": "Tell every number of a backward pass through a model.",
    "cancel": "Stop a job.",
    "dataset": "Upload, list, show, read again and delete files to train on.",
    "demo": "Train the four circles over HTTP and show what was learned.",
    "doctor": "Say what is wrong with an installation.",
    "evaluate": "Judge a model by samples it is to answer.",
    "events": "Tell what happens to a job, as it does.",
    "explain": "Tell what columns are worth, or what answers rest on.",
    "export": "Save a model as a safetensors, an ONNX or a Python file.",
    "job": "Show a job, or wait for its end.",
    "jobs": "List jobs, newest first.",
    "key": "Make, list and revoke API keys.",
    "models": "List the newest version of each model.",
    "pause": "Let a job rest until it is resumed.",
    "plot": "Draw a job: its loss, its points, its answers over the epochs.",
    "predict": "Ask a model about the points of a CSV file.",
    "preset": "List and show specs that are known to work.",
    "prune": "Remove what is not needed any more from the blob store.",
    "reindex": "Rebuild the indexes of the blob store from its records.",
    "resume": "Let a paused job go on.",
    "train": "Train a network from a spec or a preset.",
    "up": "Start an embedded server, workers and the API on this machine.",
}


class LazyGroup(click.Group):
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
            from trainlet.cli._failure import print_error  # noqa: PLC0415  # most runs need it not

            ctx.exit(print_error(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)


@click.group(cls=LazyGroup)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Train small neural networks over HTTP, and serve them.

    Ends with 0 if all went well, 2 if the call is wrong, 3 if a spec or points are wrong, 4 if
    there is no such thing, 5 if its state forbids it, 6 if no service can answer now, 7 if a job
    ended without a model, 8 if the key does not allow it, 130 after Ctrl-C, 1 otherwise.
    """
