"""Runs of the `trainlet` command in this process, over a given transport."""

from __future__ import annotations

import httpx
from click.testing import CliRunner, Result

from trainlet.cli import main

URL = "http://service.test"
"""A name without a server, because the transport responds."""


def run(transport: httpx.BaseTransport, *arguments: str, stdin: str | bytes = "") -> Result:
    """Run the command with the text or bytes `stdin` as standard input."""
    environment = {"TRAINLET_URL": URL}
    return CliRunner().invoke(main, arguments, input=stdin, obj=transport, env=environment)
