"""Requests to a service that may be killed at any time."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any


def ask(port: int, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
    """Return the status and the document of a response. Raises OSError if there is none."""
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
            body = None if document is None else json.dumps(document)
            line.request(method, path, body, {"Content-Type": "application/json"} | headers)
            response = line.getresponse()
            return response.status, json.loads(response.read())
    except http.client.HTTPException as error:
        raise OSError("it went while it answered") from error
