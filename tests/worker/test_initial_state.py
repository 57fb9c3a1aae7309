"""Start of a worker, and its error messages."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.worker.processes import ROOT


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "TRAINLET_REDIS_URL"),
        ({"TRAINLET_REDIS_URL": "http://x"}, "TRAINLET_REDIS_URL"),
        ({"TRAINLET_LEASE_SECONDS": "x", "TRAINLET_BLOB_URL": "ftp://x"}, "TRAINLET_BLOB_URL"),
    ],
)
def test_wrong_settings_are_reported_in_a_line(variables: dict[str, str], expected: str) -> None:
    environment = {name: value for name, value in os.environ.items() if "TRAINLET" not in name}
    done = subprocess.run(
        [sys.executable, "-m", "worker"],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
