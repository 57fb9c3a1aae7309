"""`trainlet reindex`: make the indexes of the blob store anew, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import click

from trainlet.cli._service import json_option


@click.command(epilog="Example: TRAINLET_DATA_DIR=data trainlet reindex")
@json_option
def reindex(*, as_json: bool) -> None:
    """Rebuild the indexes of the blob store from its records.

    The store is the one that the settings in the environment say. It may be done at any time.
    Ends with 1 if a record is broken; which one is told.
    """
    words = ["--json"] * as_json
    command = [sys.executable, "-m", "trainlet.store", *words]
    done = subprocess.run(command, check=False)  # noqa: S603  # our own words
    sys.exit(done.returncode)
