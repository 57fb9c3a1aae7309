"""Origins: web pages of other places that browsers may let ask here; none unless they are named."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

PLACE = "trainlet origins"
MAX_AGE_SECONDS = "600"
EXPOSED = "Content-Disposition, Location, Retry-After, X-Request-ID"
METHODS = "GET, POST, PUT, DELETE"


def add_headers(response: Response) -> Response:
    """Say in an answer whether its page may read it."""
    origins: CorsOrigins = current_app.extensions[PLACE]
    return origins.add_headers(response)


class CorsOrigins:
    """The origins that are allowed, such as `https://lab.example` (CORS, in the Fetch standard)."""

    def __init__(self, named: str) -> None:
        self._allowed = frozenset(each.strip() for each in named.split(",") if each.strip())

    def attach(self, app: Flask) -> None:
        """Have every answer of an app say so."""
        app.extensions[PLACE] = self

    def add_headers(self, response: Response) -> Response:
        """Say in an answer whether its page may read it."""
        if not self._allowed:
            return response
        response.vary.add("Origin")
        origin = request.headers.get("Origin")
        if origin not in self._allowed:
            return response
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            requested = request.headers.get("Access-Control-Request-Headers", "")
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = requested
            response.headers["Access-Control-Max-Age"] = MAX_AGE_SECONDS
        return response
