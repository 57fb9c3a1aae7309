"""The page about the inside of learning: its commands run as printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.end_to_end.house import ROOT, House
from tests.end_to_end.test_readme import shell

PAGE = (ROOT / "docs" / "reference" / "inside.md").read_text(encoding="utf-8")


def test_one_step_on_paper(house: House, tmp_path: Path) -> None:
    (call,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    answer = shell(house, tmp_path, call)
    for name in ("before", "update", "after", "forward", "loss", "loss_after", "backward"):
        assert f"`{name}`" in PAGE
        assert name in answer
    assert answer["loss"] == pytest.approx(0.298371109, abs=5e-10)
    assert answer["backward"][1]["dC/dw"][0][0] == pytest.approx(0.082167041, abs=5e-10)
    assert answer["after"]["1.weight"][0][0] == pytest.approx(0.35891648, abs=5e-9)
