"""Every command of the pages on the client and the command line does what the pages say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.house import ROOT, House

PAGES = [ROOT / "docs" / "how-to" / f"{name}.md" for name in ("command-line", "python")]
BLOCK = re.compile(r"```(sh|python)\n(.*?)```\n(?:\n```text\n(.*?)```)?", re.DOTALL)


def matches(printed: str, told: str) -> bool:
    """Whether what was told is what is printed, where … stands for the rest of a line."""
    pattern = re.escape(printed).replace("…", r"[^\n]*")
    return re.fullmatch(pattern, told) is not None


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with `trainlet` on the path."""
    command = tmp_path / "bin" / "trainlet"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m trainlet.cli "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(
    page: Path, house: House, environment: dict[str, str], tmp_path: Path
) -> None:
    environment["TRAINLET_URL"] = house.url
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for language, printed, told in blocks:
        words = ["bash", "-e", "-c"] if language == "sh" else [sys.executable, "-c"]
        command = [*words, printed.replace("http://127.0.0.1:8000", house.url)]
        ran = subprocess.run(  # noqa: PLW1510  # what it should end with is asserted
            command, capture_output=True, cwd=tmp_path, env=environment
        )
        assert ran.returncode == (3 if "2>&1" in printed else 0), ran.stderr.decode()
        assert matches(told, ran.stdout.decode()), ran.stdout.decode()
