"""The command as tests call it: in this process, over a transport of their choice."""

from __future__ import annotations

import httpx
from click.testing import CliRunner, Result

from trainlet.cli import main

URL = "http://service.test"
"""Only a name here: the transport answers."""


def run(transport: httpx.BaseTransport, *arguments: str, given: str | bytes = "") -> Result:
    """What the command answers; `given` is what it reads from standard input."""
    environment = {"TRAINLET_URL": URL}
    return CliRunner().invoke(main, arguments, input=given, obj=transport, env=environment)
