"""Lock files pin all installed packages with hashes."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-image.lock", "requirements-dev.lock")


def text(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text(lock), re.MULTILINE))


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = [project["dependencies"], *(project["optional-dependencies"][key] for key in extras)]
    return {re.split(r"[^a-z0-9-]", name)[0] for group in groups for name in group}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=[a-z])", text(lock))
    assert len(entries) > 30
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_states_where_packages_come_from(lock: str) -> None:
    assert not re.search(r"://|^-|\s/|index|find-links", text(lock), re.MULTILINE)


def test_what_the_project_requests_for_is_locked() -> None:
    # Plots, ONNX and Excel are always installed, because pages, buttons and commands offer them.
    offered = ("server", "cli", "plots", "onnx", "excel")
    assert wanted(*offered, "install") <= set(pins("requirements.lock"))
    assert wanted(*offered, "objects") <= set(pins("requirements-image.lock"))
    assert wanted("server", "cli", "install", "dev") <= set(pins("requirements-dev.lock"))


def test_tests_run_with_the_versions_that_users_run() -> None:
    for lock in ("requirements.lock", "requirements-image.lock"):
        assert pins(lock).items() <= pins("requirements-dev.lock").items()
