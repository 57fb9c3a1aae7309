"""Commands and snippets of the README and of docs/ print the output on their page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.commands import ROOT, Commands
from tests.end_to_end.pages import blocks, files, pages, run
from tests.end_to_end.running_service import RunningService


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a separate installation, because pages count versions from 1."""
    with RunningService(tmp_path_factory.mktemp("pages")) as running:
        yield running


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("commands")) as running:
        yield running


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_does_what_it_states(
    page: Path, service: RunningService, commands: Commands, tmp_path: Path
) -> None:
    environment = os.environ | {
        "PATH": f"{commands.folder}:{os.environ['PATH']}",
        "TRAINLET_URL": service.url,
    }
    files(page, tmp_path)
    for block in blocks(page):
        arguments = ["bash", "-e", "-c"] if block.language == "sh" else commands.python
        run(block, arguments, service.port, tmp_path, environment)
