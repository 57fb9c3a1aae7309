"""CORS headers for the allowed origins; none by default."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

KEY = "trainlet origins"
MAX_AGE_SECONDS = "600"
EXPOSED = "Content-Disposition, Location, Retry-After, X-Request-ID"
METHODS = "GET, POST, PUT, DELETE"


def add_headers(response: Response) -> Response:
    """Add the CORS headers to a response."""
    origins: CorsOrigins = current_app.extensions[KEY]
    return origins.add_headers(response)


class CorsOrigins:
    """Allowed origins, such as `https://lab.example` (CORS protocol of the Fetch standard)."""

    def __init__(self, named: str) -> None:
        self._allowed = frozenset(each.strip() for each in named.split(",") if each.strip())

    def attach(self, app: Flask) -> None:
        """Add the CORS headers to all responses of an app."""
        app.extensions[KEY] = self

    def add_headers(self, response: Response) -> Response:
        """Add the CORS headers to a response."""
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
