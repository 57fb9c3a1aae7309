"""All findings as one JSON document: `python -m trainlet.doctor`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from trainlet.doctor import CHECKS, Finding
from trainlet.settings import SettingsError, load


def main() -> int:
    """Run all checks with the settings of the environment, and print the findings."""
    try:
        settings = load()
    except SettingsError as error:
        results = [Finding("wrong", "settings", str(error), "correct these variables")]
    else:
        results = [finding for check in CHECKS for finding in check(settings)]
    print(json.dumps([asdict(finding) for finding in results]))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
