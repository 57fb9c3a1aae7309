"""Base images are pinned by digest, and scripts/pin updates the pins."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "pin"
FILES = re.findall(r'^    "(\S+)",$', SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)
DIGEST = "sha256:" + "5" * 64


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def pin(checkout: Path, says: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    docker = checkout / "docker"
    docker.write_text(
        f'#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 9\n{says}\n'
    )
    docker.chmod(0o755)
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        cwd=checkout,
        env={"DOCKER": str(docker), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


def texts(checkout: Path) -> list[str]:
    return [(checkout / name).read_text(encoding="utf-8") for name in FILES]


def test_every_image_of_others_is_pinned_and_can_be_pinned_again(checkout: Path) -> None:
    assert pin(checkout, "exit 1", "--check").returncode == 0
    assert pin(checkout, f"echo {DIGEST}").returncode == 0
    images = re.findall(r"(?:^FROM|image:) +(\S+)", "\n".join(texts(checkout)), re.MULTILINE)
    others = {image for image in images if image != "trainlet"}
    assert len(others) == 4
    assert all(re.fullmatch(rf"[a-z/]+:[\w.-]+@{DIGEST}", image) for image in others)
    assert pin(checkout, "exit 1", "--check").returncode == 0
    once = texts(checkout)
    assert pin(checkout, f"echo {DIGEST}").returncode == 0
    assert texts(checkout) == once


@pytest.mark.parametrize(
    "says", ["exit 1", "echo latest", f'case "$6" in redis*) echo {DIGEST};; esac']
)
def test_if_one_cannot_be_looked_up_nothing_is_changed(checkout: Path, says: str) -> None:
    before = texts(checkout)
    done = pin(checkout, says)
    assert done.returncode == 1
    assert "no file was changed" in done.stderr
    assert texts(checkout) == before


def test_no_other_file_names_an_image(checkout: Path) -> None:
    named = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "deploy").rglob("*.y*ml")
        if re.search(r"image: +(?!trainlet\b)\S+:", path.read_text(encoding="utf-8"))
    }
    assert named == {name for name in FILES if name.startswith("deploy/")}
