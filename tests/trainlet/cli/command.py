"""The CLI in this process, with a transport of the test's choice."""

from __future__ import annotations

import httpx
from click.testing import CliRunner, Result

from trainlet.cli import main

URL = "http://service.test"
"""Placeholder; the transport responds."""


def run(transport: httpx.BaseTransport, *arguments: str, given: str | bytes = "") -> Result:
    """Return the result of a command; `given` is its standard input."""
    environment = {"TRAINLET_URL": URL}
    return CliRunner().invoke(main, arguments, input=stdin, obj=transport, env=environment)
