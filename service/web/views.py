"""Static files of the web UI at `/`, with content hashes in their URLs.

The API process reads and compresses all files at startup. Their URLs contain one digest of all
files, so browsers cache them forever. Any changed file changes all URLs. Browsers revalidate `/`
alone.
"""

from __future__ import annotations

import posixpath
import re
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from service.auth.principal import needs
from service.http.bodies import produces
from service.http.static_files import StaticFile

FOLDER = Path(__file__).parent / "page"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
FIRST, MAIN = "index.html", "main.js"
IMPORT = re.compile(rb'^import [^"]* from "([^"]+)";$', re.MULTILINE)
PAGE_PREFIX = b"page/"
"""Prefix of the URLs in `index.html`; the digest follows it."""

POLICY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Frame-Options": "DENY",
}
IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
REVALIDATE = {"Cache-Control": "no-cache"}


def blueprint() -> Blueprint:
    """Return the blueprint of `/` and the files that the page loads."""
    files = {
        path.relative_to(FOLDER).as_posix(): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in TYPES
    }
    digest = sha256(b"\0".join([*map(str.encode, files), *files.values()])).hexdigest()[:16]
    first = StaticFile(_first(files, digest), "text/html; charset=utf-8", POLICY | REVALIDATE)
    packed = {
        name: StaticFile(content, TYPES[Path(name).suffix], IMMUTABLE)
        for name, content in files.items()
    }
    web = Blueprint("web", __name__)

    @web.get("/")
    @produces("text/html")
    @needs()
    def page() -> Response:
        return first.response()

    @web.get("/page/<version>/<path:name>")
    @produces(*(kind.partition(";")[0] for kind in TYPES.values()))
    @needs()
    def file(version: str, name: str) -> Response:
        if version != digest or name not in packed:
            raise NotFound
        return packed[name].response()

    return web


def _first(files: dict[str, bytes], digest: str) -> bytes:
    """Return `index.html` with the digest in its URLs and a preload link for each module."""
    modules = "".join(
        f'<link rel="modulepreload" href="page/{name}">\n'
        for name in sorted(_needed(files, MAIN) - {MAIN})
    )
    html = (FOLDER / FIRST).read_bytes()
    html = html.replace(b"</head>", modules.encode() + b"</head>")
    return html.replace(b'="' + PAGE_PREFIX, b'="' + PAGE_PREFIX + digest.encode() + b"/")


def _needed(files: dict[str, bytes], first: str) -> set[str]:
    """Return a module and its static imports, transitively."""
    modules, new = {first}, [first]
    while new:
        name = new.pop()
        folder = posixpath.dirname(name)
        for text in IMPORT.findall(files[name]):
            module = posixpath.normpath(posixpath.join(folder, text.decode()))
            if module not in modules:
                modules.add(module)
                new.append(module)
    return modules
