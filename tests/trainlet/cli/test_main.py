import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from trainlet import __version__
from trainlet.cli import VERBS, main


def test_help_lists_every_verb() -> None:
    response = CliRunner().invoke(main, ["--help"])
    assert response.exit_code == 0
    assert all(verb in response.output and line in response.output for verb, line in VERBS.items())


def test_help_loads_no_verb() -> None:
    code = (
        "import sys; from trainlet.cli import main; main(['--help'], standalone_mode=False);"
        "print(sorted({'numpy', 'httpx', 'rich', 'redis'} & set(sys.modules)))"
    )
    completed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert completed.stdout.decode().splitlines()[-1] == "[]"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    response = CliRunner().invoke(main, [verb, "--help"])
    assert response.exit_code == 0
    assert f"{verb} [OPTIONS]" in response.output


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_an_example_and_json(verb: str) -> None:
    arguments = [verb, "list"] if verb in ("preset", "key", "dataset") else [verb]
    payload = CliRunner().invoke(main, [*arguments, "--help"]).output
    assert f"trainlet {' '.join(arguments)}" in payload[payload.index("Example") :]
    assert "--json" in payload


def test_names_of_verbs_and_presets_are_completed() -> None:
    def completed(*arguments: str) -> list[str]:
        environment = {
            "COMP_WORDS": shlex.join(["trainlet", *arguments]),
            "COMP_CWORD": str(len(arguments)),
        }
        environment["_TRAINLET_COMPLETE"] = "bash_complete"
        ran = CliRunner().invoke(main, [], prog_name="trainlet", env=environment)
        return [line.partition(",")[2] for line in ran.stdout.splitlines()]

    assert completed("ca") == ["cancel"]
    assert completed("evaluate", "--so") == ["--source"]
    assert completed("train", "--preset", "sp") == ["spiral"]


def test_a_pipe_that_no_one_reads_any_more_is_no_fault_to_report() -> None:
    command = f"{shlex.quote(sys.executable)} -m trainlet.cli preset list | true"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
    assert ran.stderr == b""


def test_every_module_of_a_verb_is_listed() -> None:
    folder = Path(sys.modules["trainlet.cli"].__path__[0])
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert {name for name in modules if not name.startswith("_")} == set(VERBS)


def test_an_unknown_verb_is_reported() -> None:
    response = CliRunner().invoke(main, ["down"])
    assert response.exit_code == 2
    assert "No such command 'down'" in response.output


def test_the_version_is_the_packages() -> None:
    assert CliRunner().invoke(main, ["--version"]).output.endswith(f" {__version__}\n")
