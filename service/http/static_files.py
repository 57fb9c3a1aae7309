"""Packed files: what is read once, compressed once, and answered with a tag of its content."""

from __future__ import annotations

import gzip
from hashlib import sha256

from flask import Response, request

MIN_COMPRESSED_BYTES = 200
"""Shorter contents are sent as they are."""


class StaticFile:
    """One file in memory, as it is and compressed."""

    def __init__(self, content: bytes, content_type: str, headers: dict[str, str]) -> None:
        self.content = content
        self.tag = sha256(content).hexdigest()[:20]
        self._content_type = content_type
        self._headers = headers | {"Vary": "Accept-Encoding"}
        packed = gzip.compress(content, mtime=0)
        self._packed = packed if MIN_COMPRESSED_BYTES < len(content) > len(packed) else None

    def response(self) -> Response:
        """Answer the present request: 304 where the client has this content already."""
        packs = self._packed is not None and request.accept_encodings.quality("gzip") > 0
        body = self._packed if packs else self.content
        response = Response(body, headers=self._headers, content_type=self._content_type)
        if packs:
            response.headers["Content-Encoding"] = "gzip"
        # Each coding is a representation of its own (RFC 9110, section 8.8.3).
        response.set_etag(f"{self.tag}-gzip" if packs else self.tag)
        response.make_conditional(request)
        return response
