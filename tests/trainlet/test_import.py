from __future__ import annotations

import subprocess
import sys

import pytest

import trainlet
from trainlet.client import Client

HEAVY = "{'flask', 'rq', 'redis', 'httpx', 'rich', 'numpy'}"


def test_plain_import_pulls_nothing_in() -> None:
    code = f"import sys, trainlet; sys.exit(bool({HEAVY} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_client_comes_when_requested_without_the_service() -> None:
    code = (
        "import sys; from trainlet import Client;"
        "sys.exit(bool({'flask', 'rq', 'redis'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert trainlet.Client is Client


def test_what_is_not_there_is_reported() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        trainlet.nope  # noqa: B018
