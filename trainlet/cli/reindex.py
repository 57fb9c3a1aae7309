"""`trainlet reindex`: make the indexes of the blob store anew, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import click


@click.command
def reindex() -> None:
    """Rebuild the indexes of the blob store from its records.

    The store is the one that the settings in the environment say. It may be done at any time.
    """
    done = subprocess.run([sys.executable, "-m", "trainlet.store"], check=False)
    sys.exit(done.returncode)
