"""Execution of the documentation's code blocks, and comparison with their printed output.

A block in `sh` or `python` runs in the page's folder. The `text` or `json` block right after it
must match its output; … stands for the end of a line, or for more members. A block after text that
ends with "`NAME`:" is the content of that file.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.commands import ROOT
from tests.eventually import eventually

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n```(text|json)\n(.*?)^```$)?", re.M | re.S)
FILE = re.compile(r"`([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.M | re.S)
PRINTED = "127.0.0.1:8000"

ELSEWHERE = ("scripts/up", "scripts/test", "docker compose", "pip install")
"""Commands that other tests run, or that nothing here can."""


WITH_KEYS = (ROOT / "docs" / "how-to" / "team.md",)
"""Pages on a service that demands keys; tests.service.auth.test_public runs them on one."""


@dataclass(frozen=True)
class Block:
    """Code block and its expected output."""

    language: str
    code: str
    form: str
    printed: str

    @property
    def fails(self) -> bool:
        return "2>&1" in self.code


def pages() -> list[Path]:
    """All pages with something to run."""
    result = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [page for page in result if page not in WITH_KEYS and list(blocks(page))]


def blocks(page: Path) -> Iterator[Block]:
    for result in BLOCK.findall(page.read_text(encoding="utf-8")):
        block = Block(*result)
        if block.language in ("sh", "python") and not block.code.startswith(ELSEWHERE):
            yield block


def files(page: Path, folder: Path) -> None:
    """Write the files that the page shows."""
    for name, content in FILE.findall(page.read_text(encoding="utf-8")):
        (folder / name).write_text(content, encoding="utf-8")


def run(block: Block, arguments: list[str], port: int, folder: Path, environment: Any) -> None:
    """Run a block after this text, and compare its output."""
    command = [*arguments, block.code.replace(PRINTED, f"127.0.0.1:{port}")]

    def look() -> tuple[str] | None:
        ran = subprocess.run(command, capture_output=True, cwd=folder, env=environment)  # noqa: PLW1510
        assert (ran.returncode != 0) == block.fails, ran.stderr.decode()
        payload = ran.stdout.decode()
        return None if _waits(block) and '"profiling"' in payload else (payload,)

    result = eventually(look, 60, f"what {block.code} answers")
    assert result is not None
    (payload,) = result
    if block.form == "json":
        holds(json.loads(payload), json.loads(block.printed))
    elif block.form == "text":
        assert matches(block.printed, payload), payload


def _waits(block: Block) -> bool:
    """Whether the page shows how something is once a worker has read it."""
    return block.form == "json" and '"status": "ready"' in block.printed


def matches(printed: str, message: str) -> bool:
    """Return whether output matches the page; versions may differ in every run."""
    pattern = re.escape(printed).replace("…", r"[^\n]*")
    pattern = re.sub(r"version\\ \d+", r"version\\ \\d+", pattern)
    return re.fullmatch(pattern, message) is not None


def holds(response: Any, printed: Any, path: str = "") -> None:
    """Return whether the page's JSON is part of the output, except for values that vary."""
    if isinstance(printed, dict):
        for name, value in printed.items():
            if name not in ("…", "id", "version"):
                holds(response[name], value, f"{path}/{name}")
    elif isinstance(printed, list) and printed[-1:] == ["…"]:
        holds(response[: len(printed) - 1], printed[:-1], path)
    elif isinstance(printed, list):
        assert len(response) == len(printed), path
        for index, value in enumerate(printed):
            holds(response[index], value, f"{path}/{index}")
    elif isinstance(printed, float):
        # Training ends with other digits on another kind of machine; nothing else has nine.
        near = 5e-9 if re.fullmatch(r"-?0\.\d{8,}", repr(printed)) else 0.1
        assert response == pytest.approx(printed, abs=near), path
    else:
        assert response == printed, path
