"""The architecture page names files and definitions that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
TEXT = PAGE.read_text(encoding="utf-8")
DEFINITIONS = re.findall(r"\[`([\w.]+)`\]\(([\w./]+\.py)\)", TEXT)
CODE = re.sub(r"^```.*?^```$", "", TEXT, flags=re.M | re.S)


def defines(source: str, name: str) -> bool:
    """Whether a module defines a name at its top level or in a class."""
    return re.search(rf"^ *(class|def) {name}\b|^{name}\b.* = ", source, re.MULTILINE) is not None


@pytest.mark.parametrize(("name", "path"), sorted(set(DEFINITIONS)))
def test_named_definition_exists_in_linked_file(name: str, path: str) -> None:
    file = (PAGE.parent / path).resolve()
    if name.endswith(".py"):
        assert file.name == name
        return
    source = file.read_text(encoding="utf-8")
    for part in name.split("."):
        assert defines(source, part), f"{path} does not define {part}"


def test_named_paths_exist() -> None:
    paths = re.findall(r"`((?:[\w-]+/)+[\w.-]*)`", CODE)
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path


def test_every_package_is_named() -> None:
    for entry in ("service", "trainlet"):
        for package in sorted((ROOT / entry).iterdir()):
            if (package / "__init__.py").exists():
                assert f"`{entry}/{package.name}/`" in TEXT, package
