"""scripts/test runs every test."""

import re
from pathlib import Path

SCRIPT = (Path(__file__).parents[2] / "scripts" / "test").read_text(encoding="utf-8")
RUNS = [line.strip() for line in SCRIPT.splitlines() if re.match(r"\s*check .*pytest", line)]


def test_no_run_schedules_tests_by_their_ids() -> None:
    """Tests of one id, as schemathesis makes for its operations, would be run once in all."""
    assert RUNS
    assert not [line for line in RUNS if re.search(r"loadgroup|loadscope|loadfile", line)]


def test_what_one_run_leaves_out_another_takes() -> None:
    left_out = set(re.findall(r"--ignore[ =](\S+)", " ".join(RUNS)))
    assert left_out == {line.split()[-1] for line in RUNS if line.split()[-1].startswith("tests/")}
