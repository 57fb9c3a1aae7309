import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from trainlet import __version__
from trainlet.cli import GROUPS, VERBS, main
from trainlet.cli._group import LazyGroup


def commands() -> list[tuple[str, ...]]:
    """Return the arguments of each command that is not a group."""

    def members(command: click.Command, arguments: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if not isinstance(command, click.Group):
            yield arguments
            return
        context = click.Context(command)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None
            yield from members(member, (*arguments, name))

    return list(members(main, ()))


COMMANDS = commands()


def test_help_lists_every_command_and_group() -> None:
    for option in ("-h", "--help"):
        response = CliRunner().invoke(main, [option])
        assert response.exit_code == 0
        for name, (_, summary) in {**VERBS, **GROUPS}.items():
            assert f"{name} " in response.output
            assert summary in response.output


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from trainlet.cli import main; main(['--help'], standalone_mode=False);"
        "print(sorted({'numpy', 'httpx', 'rich', 'redis'} & set(sys.modules)))"
    )
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert completed.stdout.decode().splitlines()[-1] == "[]"


@pytest.mark.parametrize("group", ["job", "model", "store"])
def test_help_of_a_group_imports_no_client(group: str) -> None:
    code = (
        "import sys; from trainlet.cli import main;"
        f"main(['{group}', '-h'], standalone_mode=False);"
        "print(sorted({'numpy', 'httpx', 'rich', 'redis'} & set(sys.modules)))"
    )
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert completed.stdout.decode().splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_an_example_and_json(command: tuple[str, ...]) -> None:
    response = CliRunner().invoke(main, [*command, "-h"], prog_name="trainlet")
    assert response.exit_code == 0
    arguments = " ".join(command)
    assert f"trainlet {arguments} [OPTIONS]" in response.output
    assert f"trainlet {arguments}" in response.output[response.output.index("Example") :] or (
        command == ("model", "predict")
    )
    assert "--json" in response.output or command == ("completion",)


def test_predict_is_the_same_command_in_both_locations() -> None:
    context = click.Context(main)
    group = main.get_command(context, "model")
    assert isinstance(group, click.Group)
    assert group.get_command(context, "predict") is main.get_command(context, "predict")


def test_help_wraps_at_the_width_of_the_terminal() -> None:
    def width(columns: str | None) -> int:
        environment = {"COLUMNS": columns}
        output = CliRunner().invoke(main, ["predict", "--help"], env=environment).output
        return max(map(len, output.splitlines()))

    assert 90 < width(None) <= 100
    assert 60 < width("70") <= 70
    assert 110 < width("120") <= 120


def completed(*arguments: str) -> list[str]:
    environment = {
        "COMP_WORDS": shlex.join(["trainlet", *arguments]),
        "COMP_CWORD": str(len(arguments)),
    }
    environment["_TRAINLET_COMPLETE"] = "bash_complete"
    ran = CliRunner().invoke(main, [], prog_name="trainlet", env=environment)
    return [line.partition(",")[2] for line in ran.stdout.splitlines()]


def test_names_of_commands_and_presets_are_completed() -> None:
    assert completed("pre") == ["predict", "preset"]
    assert completed("job", "ca") == ["cancel"]
    assert completed("model", "evaluate", "--so") == ["--source"]
    assert completed("train", "--preset", "sp") == ["spiral"]


@pytest.mark.parametrize(
    ("shell", "start"),
    [
        ("bash", "_trainlet_completion()"),
        ("zsh", "#compdef trainlet"),
        ("fish", "function _trainlet_completion"),
    ],
)
def test_completion_scripts_are_printed(shell: str, start: str) -> None:
    response = CliRunner().invoke(main, ["completion", shell])
    assert response.exit_code == 0, response.output
    assert response.stdout.strip().startswith(start)
    assert f"_TRAINLET_COMPLETE={shell}_complete" in response.stdout


def test_completion_for_another_shell_is_rejected() -> None:
    response = CliRunner().invoke(main, ["completion", "tcsh"])
    assert response.exit_code == 2
    assert "'bash', 'zsh', 'fish'" in response.output


def test_the_bash_completion_completes(tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(CliRunner().invoke(main, ["completion", "bash"]).stdout)
    command = tmp_path / "trainlet"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m trainlet.cli "$@"\n')
    command.chmod(0o755)
    code = (
        f". {script}; COMP_WORDS=(trainlet job re); COMP_CWORD=2; _trainlet_completion trainlet; "
        'echo "${COMPREPLY[@]}"'
    )
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    ran = subprocess.run(["bash", "-c", code], capture_output=True, env=environment, check=True)
    assert ran.stdout == b"resume\n"


def test_a_closed_pipe_prints_no_error() -> None:
    command = f"{shlex.quote(sys.executable)} -m trainlet.cli preset list | true"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert ran.stderr == b""


def test_every_module_of_a_command_is_in_a_table() -> None:
    targets = {location for location, _ in [*VERBS.values(), *GROUPS.values()]}
    for name in GROUPS:
        group = main.get_command(click.Context(main), name)
        if isinstance(group, LazyGroup):
            targets |= {location for location, _ in group.targets.values()}
    listed = {location.partition(":")[0] for location in targets}
    folder = Path(sys.modules["trainlet.cli"].__path__[0])
    for path in folder.rglob("*.py"):
        module = ".".join(("trainlet.cli", *path.relative_to(folder).with_suffix("").parts))
        module = module.removesuffix(".__init__")
        private = any(part.startswith("_") for part in module.split("."))
        if not private and not module.startswith("trainlet.cli.demo.") and module != "trainlet.cli":
            assert module in listed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["down"], "No such command 'down'."),
        (["trian"], "No such command 'trian'; did you mean `train`?"),
        (["models"], "No such command 'models'; did you mean `model`?"),
        (["cancel"], "No such command 'cancel'; did you mean `job cancel`?"),
        (["import"], "No such command 'import'; did you mean `model import`?"),
        (["list"], "did you mean `job list` or `model list` or `dataset list`"),
        (["job", "cancle"], "No such command 'cancle'; did you mean `cancel`?"),
        (["key", "creat"], "No such command 'creat'; did you mean `create`?"),
        (["job", "list", "--jsn"], "No such option '--jsn'. Did you mean '--json'?"),
    ],
)
def test_unknown_commands_and_options_get_a_suggestion(arguments: list[str], message: str) -> None:
    response = CliRunner().invoke(main, arguments)
    assert response.exit_code == 2
    assert message in response.output


def test_the_version_is_that_of_the_package() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.endswith(f" {__version__}\n")
