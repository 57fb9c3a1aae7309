"""Every command of docs/how-to/data.md does, as printed, what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.end_to_end.house import ROOT, House
from tests.end_to_end.test_readme import holds, shell
from tests.eventually import eventually

PAGE = (ROOT / "docs" / "how-to" / "data.md").read_text(encoding="utf-8")


def test_calls_answer_what_is_printed(house: House, tmp_path: Path) -> None:
    (table,) = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "fruit.csv").write_text(table, encoding="utf-8")
    calls = re.findall(r"```sh\n(.*?)```\n\n```json\n(.*?)```", PAGE, re.DOTALL)
    assert len(calls) == PAGE.count("```sh") == 7
    for call, printed in calls:
        answer = json.loads(printed)

        waits = answer.get("status") == "ready"

        def look(call: str = call, waits: bool = waits) -> Any:
            found = shell(house, tmp_path, call)
            return None if waits and found["status"] == "profiling" else found

        holds(eventually(look, 60, f"what {call} answers"), answer)
