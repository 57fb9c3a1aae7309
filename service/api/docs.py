"""OpenAPI document and a Swagger UI page that renders it, without a CDN."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint, Response, send_from_directory
from werkzeug.exceptions import NotFound

from service.auth.principal import needs
from service.context import context
from service.http.bodies import JSON, produces
from service.http.static_files import StaticFile

PAGES = Path(__file__).parent / "pages"
SWAGGER_UI = Path(str(files("flask_swagger_ui"))) / "dist"
FILES = {
    "docs.js": PAGES,
    "swagger-ui.css": SWAGGER_UI,
    "swagger-ui-bundle.js": SWAGGER_UI,
    "favicon-32x32.png": SWAGGER_UI,
}
MAX_AGE_SECONDS = 3600

# Swagger UI sets inline styles from its scripts and has data URLs as icons in its style sheet.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def blueprint(plain: dict[str, Any], with_keys: dict[str, Any]) -> Blueprint:
    """Return the blueprint of `/openapi.json`, `/docs` and the files of that page.

    `plain` documents a service without authentication, `with_keys` one that requires API keys.
    """
    documents = [
        StaticFile(orjson.dumps(document), JSON, {"Cache-Control": "no-cache"})
        for document in (plain, with_keys)
    ]
    html = (PAGES / "docs.html").read_bytes()
    pages = Blueprint("docs", __name__)

    @pages.get("/openapi.json")
    @needs()
    def openapi() -> Response:
        return documents[context().settings.demands_keys].response()

    @pages.get("/docs")
    @produces("text/html")
    @needs()
    def page() -> Response:
        policy = {"Content-Security-Policy": PAGE_POLICY}
        return Response(html, headers=policy, content_type="text/html; charset=utf-8")

    @pages.get("/docs/<name>")
    @produces("text/javascript", "text/css", "image/png")
    @needs()
    def file(name: str) -> Response:
        if name not in FILES:
            raise NotFound
        return send_from_directory(FILES[name], name, max_age=MAX_AGE_SECONDS)

    return pages
