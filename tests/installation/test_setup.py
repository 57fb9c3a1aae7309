"""Error messages of scripts/environment.sh; every run of CI covers the success."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = ("sh", "dirname", "cmp", "grep", "cp", "sed")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    for name in ("up", "environment.sh"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts" / name)
    (tmp_path / "requirements.lock").write_text("none==1 --hash=sha256:0\n")
    return tmp_path


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A PATH on which there is no Python until a test puts one there."""
    folder = tmp_path / "commands"
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def up(checkout: Path, commands: Path, **environment: str) -> tuple[int, str]:
    ran = subprocess.run(
        ["scripts/up"],
        cwd=checkout,
        env={"PATH": str(commands), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_without_a_python_it_states_which_to_install(checkout: Path, commands: Path) -> None:
    status, output = up(checkout, commands)
    assert status == 1
    assert output.startswith("trainlet needs Python 3.11, 3.12 or 3.13, but found no python3. ")
    assert "PYTHON=/path/to/python3 scripts/up" in output
    assert output.count("\n") == 1


def test_with_an_older_python_it_states_what_is_there(checkout: Path, commands: Path) -> None:
    put(commands, "python3", 'case $1 in --version) echo "Python 3.9.2";; *) exit 1;; esac')
    status, output = up(checkout, commands)
    assert status == 1
    assert "but found Python 3.9.2. " in output
    assert output.count("\n") == 1


def test_without_the_venv_module_it_states_what_brings_it(checkout: Path, commands: Path) -> None:
    put(commands, "python3", f'case $2 in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"')
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    status, output = up(checkout, commands)
    assert status == 1
    assert output == (
        f"Python {version} has no venv module. "
        f"On Debian and Ubuntu run: apt install python{version}-venv\n"
    )


def test_a_later_python_with_the_venv_module_is_taken(checkout: Path, commands: Path) -> None:
    put(
        commands,
        "python3.13",
        f'case $2 in *ensurepip*) exit 1;; esac\nexec {sys.executable} "$@"',
    )
    put(commands, "python3.12", f'case $2 in venv) exit 3;; esac\nexec {sys.executable} "$@"')
    status, output = up(checkout, commands)
    assert status == 1
    assert "commands/python3.12)" in output
    assert output.splitlines()[-1].startswith("cannot create .venv")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody who may not write")
def test_where_it_may_not_write_it_reports_it(checkout: Path) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(checkout, folder, dirs_exist_ok=True)
        folder.chmod(0o755)
        ran = subprocess.run(
            ["scripts/up"], cwd=folder, user=65534, capture_output=True, text=True, check=False
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"cannot create .venv in {folder}: the directory is not writable.")


def test_what_is_set_up_starts_at_once(checkout: Path, commands: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(checkout / "requirements.lock", checkout / ".venv" / "requirements.lock")
    put(checkout / ".venv" / "bin", "python", 'echo "runs $@"')
    assert up(checkout, commands) == (0, "runs -m trainlet.cli up\n")


@pytest.mark.parametrize(("outcome", "who"), [(0, ["uv"]), (2, ["uv", "python"])])
def test_where_uv_fails_pip_installs(
    checkout: Path, commands: Path, outcome: int, who: list[str]
) -> None:
    lock = "none==1 --hash=sha256:0\nuv==1 \\\n    --hash=sha256:1\n    # via none\nzip==1\n"
    (checkout / "requirements.lock").write_text(lock)
    (checkout / ".venv" / "bin").mkdir(parents=True)
    put(checkout / ".venv" / "bin", "python", 'echo "python $*"')
    put(checkout / ".venv" / "bin", "uv", f'echo "uv $*"\nexit {outcome}')
    status, output = up(checkout, commands)
    assert status == 0, output
    requested = [
        line.split()[0] for line in output.splitlines() if "--requirement requirements." in line
    ]
    assert requested == who
    lines = (checkout / ".venv" / "uv.lock").read_text().splitlines()
    assert lines == lock.splitlines()[1:3]
