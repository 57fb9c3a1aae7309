"""Command groups that import a command only when it runs."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.shell_completion import CompletionItem

from trainlet.errors import TrainletError
from trainlet.suggestion import did_you_mean

INTERRUPTED = 130
"""Exit status after Ctrl-C, as in shells (128 + SIGINT)."""

DEFAULT_WIDTH, MIN_WIDTH = 100, 50
"""Columns of help texts where the output is not a terminal, and at least."""

Targets = Mapping[str, tuple[str, str]]
"""`module:attribute` and summary of each command, by name."""


def examples(*commands: str) -> str:
    """Return the epilog of a help text that lists example commands, one per line."""
    title = "Example:" if len(commands) == 1 else "Examples:"
    # click does not wrap a paragraph that starts with \b.
    return "\n  ".join([f"\b\n{title}", *commands])


class Group(click.Group):
    """Group that suggests a command for a misspelled one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = name in self.list_commands(ctx) or name.startswith("-")
        if not known and not ctx.resilient_parsing:
            ctx.fail(f"No such command '{name}'{self.suggestion(ctx, name)}")
        return super().resolve_command(ctx, args)

    def suggestion(self, ctx: click.Context, name: str) -> str:
        """Return the end of an error message about an unknown command."""
        return did_you_mean(name, self.list_commands(ctx)) or "."


class LazyGroup(Group):
    """Group of commands whose summaries come from a table, so that `--help` imports none."""

    def __init__(self, *args: Any, targets: Targets, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.targets = targets

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.targets)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.targets:
            return None
        module, _, attribute = self.targets[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.targets.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        commands = [
            CompletionItem(name, help=summary)
            for name, (_, summary) in self.targets.items()
            if name.startswith(incomplete)
        ]
        return commands + click.Command.shell_complete(self, ctx, incomplete)


class RootGroup(LazyGroup):
    """Top-level group: it sets the width of help texts and turns errors into exit statuses."""

    def __init__(self, *args: Any, groups: Targets, targets: Targets, **attributes: Any) -> None:
        super().__init__(*args, targets={**targets, **groups}, **attributes)
        self._sections = {"Commands": targets, "Groups": groups}

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        columns = shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns
        extra.setdefault("terminal_width", max(columns, MIN_WIDTH))
        return super().make_context(info_name, args, parent, **extra)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, targets in self._sections.items():
            with formatter.section(title):
                formatter.write_dl([(name, summary) for name, (_, summary) in targets.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TrainletError as error:
            # Imported here because it loads the client, which a run without errors may not need.
            from trainlet.cli._failure import print_error  # noqa: PLC0415

            ctx.exit(print_error(error))
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def suggestion(self, ctx: click.Context, name: str) -> str:
        """Suggest a subcommand of that name, such as `job cancel` for `cancel`, else a command."""
        subcommands = []
        for group in self._sections["Groups"]:
            command = self.get_command(ctx, group)
            if isinstance(command, click.Group) and name in command.list_commands(ctx):
                subcommands.append(f"`{group} {name}`")
        if subcommands:
            return f"; did you mean {' or '.join(subcommands)}?"
        return super().suggestion(ctx, name)
