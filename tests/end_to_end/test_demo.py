"""`trainlet demo` as a user runs it."""

from __future__ import annotations

import re
import struct
import subprocess
from pathlib import Path

from tests.end_to_end.house import House


def test_it_trains_tells_and_draws(house: House, tmp_path: Path) -> None:
    picture = tmp_path / "plane.png"
    demo = house.spawn("demo", "--png", str(picture), stdout=subprocess.PIPE)
    told = demo.communicate(timeout=120)[0].decode()
    assert demo.returncode == 0, told
    epochs = re.findall(r"^running: epoch (\d+)/200", told, re.MULTILINE)
    assert len(set(epochs)) >= 5
    accuracy, majority = (float(share) for share in re.findall(r"([\d.]+)%", told))
    assert accuracy >= 95
    assert 55 < majority < 65
    drawn = [line for line in told.splitlines() if line and set(line) <= {"#", "."}]
    assert len(drawn) >= 8
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", picture.read_bytes()[16:24]) == (256, 256)


def test_the_calls_it_prints_do_the_same(house: House, tmp_path: Path) -> None:
    demo = house.spawn("demo", "--png", str(tmp_path / "a.png"), stdout=subprocess.PIPE)
    told = demo.communicate(timeout=120)[0].decode()
    for call in told[told.index("curl http") :].split("\n\n"):
        ran = subprocess.run(["sh", "-c", call], capture_output=True, check=True)
        assert b'"model"' in ran.stdout, ran.stdout


def test_without_a_service_it_fails_with_one_clear_line(house: House) -> None:
    demo = house.spawn("demo", "--url", "http://127.0.0.1:1", stderr=subprocess.PIPE)
    told = demo.communicate(timeout=60)[1].decode()
    assert demo.returncode == 1
    assert told.startswith("Error: no service answers at http://127.0.0.1:1")
    assert "Traceback" not in told
