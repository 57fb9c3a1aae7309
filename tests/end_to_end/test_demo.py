"""`trainlet demo` as a user runs it."""

from __future__ import annotations

import re
import struct
import subprocess
from dataclasses import dataclass

import pytest

from tests.end_to_end.running_service import RunningService


@dataclass(frozen=True)
class Demo:
    output: str
    picture: bytes


@pytest.fixture(scope="module")
def demo(service: RunningService, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Output and plots of one run of the demo."""
    picture = tmp_path_factory.mktemp("demo") / "plane.png"
    process = service.spawn("demo", "--png", str(picture), stdout=subprocess.PIPE)
    payload = process.communicate(timeout=120)[0].decode()
    assert process.returncode == 0, payload
    return Demo(payload, picture.read_bytes())


def test_it_shows_the_training(demo: Demo) -> None:
    states = "queued|running|succeeded"
    epochs = re.findall(rf"^(?:{states}): epoch (\d+)/200", demo.output, re.MULTILINE)
    assert len(set(epochs)) >= 5, demo.output
    assert epochs == sorted(epochs, key=int)


def test_it_reports_how_often_the_network_is_right(demo: Demo) -> None:
    accuracy, majority = (float(share) for share in re.findall(r"([\d.]+)%", demo.output))
    assert accuracy >= 95
    assert 55 < majority < 65


def test_it_draws_the_plane(demo: Demo) -> None:
    drawn = [line for line in demo.output.splitlines() if line and set(line) <= {"#", "."}]
    assert len(drawn) >= 8
    assert demo.picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", demo.picture[16:24]) == (256, 256)


def test_the_calls_it_prints_do_the_same(demo: Demo) -> None:
    calls = demo.output[demo.output.index("curl http") :].split("\n\n")
    assert len(calls) == 3
    for call in calls:
        ran = subprocess.run(["sh", "-c", call], capture_output=True, check=True)
        assert b'"model":{"name":"four-circles"' in ran.stdout, ran.stdout


def test_without_a_service_it_fails_with_one_clear_line(service: RunningService) -> None:
    demo = service.spawn("demo", "--url", "http://127.0.0.1:1", stderr=subprocess.PIPE)
    payload = demo.communicate(timeout=60)[1].decode()
    assert demo.returncode == 6
    assert payload.startswith("Error: cannot reach the API at http://127.0.0.1:1")
    assert "Traceback" not in payload
