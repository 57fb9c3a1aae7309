"""The page about the tape prints what the code on it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "tape.md"


def test_the_page_shows_what_its_code_prints() -> None:
    text = PAGE.read_text(encoding="utf-8")
    code, printed = (
        re.search(rf"```{language}\n(.*?)```", text, re.DOTALL) for language in ("python", "text")
    )
    assert code is not None
    assert printed is not None
    run = subprocess.run(
        [sys.executable, "-c", code[1]], capture_output=True, check=True, encoding="utf-8"
    )
    assert run.stdout == printed[1]
