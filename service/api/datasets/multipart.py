"""Multipart uploads: a file and its reading options, in either order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from marshmallow import ValidationError as MarshmallowError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
)

from service.api.schemas.declared import errors_of
from service.api.schemas.reading_options import OptionsSchema
from service.http.strict_json import parse
from trainlet.datasets import ReadingOptions
from trainlet.errors import FieldError, TooLargeError, ValidationError
from trainlet.media_types import media_type_of
from trainlet.readers import MEDIA_TYPES

MAX_OPTIONS_BYTES = 4 * 2**20
MAX_BUFFER = 2 * 2**20
MAX_OVERHEAD = MAX_OPTIONS_BYTES + 2**16
"""Bytes of a body in addition to the file."""

PARTS = "file", "options"


class MultipartUpload:
    """Parts of a body. The file is streamed; the other parts are available after it."""

    def __init__(self, pieces: Iterator[bytes], boundary: str | None) -> None:
        if not boundary:
            raise BadRequest("The Content-Type must contain the boundary of the parts.")
        self._pieces = pieces
        self._decoder = MultipartDecoder(boundary.encode(), MAX_BUFFER, max_parts=len(PARTS) + 1)
        self._parts_read: list[str] = []
        self._file: Any = None
        self._options = b""

    def file(self) -> Iterator[bytes]:
        """Yield the file in chunks. Raises 400, and ValidationError for unknown parts."""
        part = ""
        for event in self._events():
            if isinstance(event, (Field, File)):
                part = self._begin(event)
            elif isinstance(event, Data) and part == "file":
                yield bytes(event.data)
            elif isinstance(event, Data):
                self._options += event.data
                if len(self._options) > MAX_OPTIONS_BYTES:
                    raise TooLargeError(
                        f"The part `options` must have at most {MAX_OPTIONS_BYTES} bytes."
                    )
        if self._file is None:
            raise ValidationError(
                [FieldError(("file",), None, "a part with the file", "is required")]
            )

    @property
    def has_options(self) -> bool:
        """Whether the body contains the part `options`."""
        return "options" in self._parts_read

    def options(self) -> ReadingOptions:
        """Return the options. Raises 400, and ValidationError with every error."""
        try:
            options: ReadingOptions = OptionsSchema().load(parse(self._options))
        except BadRequest as error:
            raise BadRequest(f"In the part `options`: {error.description}") from None
        except MarshmallowError as error:
            raise ValidationError(
                field_error.under("options") for field_error in errors_of(error)
            ) from None
        return options

    @property
    def name(self) -> str:
        """File name without control characters."""
        name = getattr(self._file, "filename", None) or ""
        return "".join(letter for letter in name if letter.isprintable())[:100]

    @property
    def media_type(self) -> str:
        """Media type of the file, from its header or its name. Raises 415."""
        stated = self._file.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if stated in MEDIA_TYPES:
            return str(stated)
        media_type = media_type_of(self.name)
        if media_type is None:
            allowed = " or ".join(MEDIA_TYPES)
            raise UnsupportedMediaType(f"The Content-Type of the part `file` must be {allowed}.")
        return media_type

    def _begin(self, part: Field | File) -> str:
        if part.name not in PARTS:
            detail = "is unknown; allowed parts are `file` and `options`"
            raise ValidationError([FieldError((part.name,), None, "file or options", detail)])
        if part.name in self._parts_read:
            raise ValidationError(
                [FieldError((part.name,), None, "one part", "must occur only once")]
            )
        self._parts_read.append(part.name)
        if part.name == "file":
            self._file = part
        return part.name

    def _events(self) -> Iterator[Event]:
        try:
            for piece in chain(self._pieces, (None,)):
                self._decoder.receive_data(piece)
                while not isinstance(event := self._decoder.next_event(), NeedData):
                    yield event
                    if isinstance(event, Epilogue):
                        return
        except RequestEntityTooLarge:
            raise BadRequest("The parts or their headers are too many or too long.") from None
        except ValueError as error:
            raise BadRequest(f"The body is not valid multipart/form-data: {error}.") from None
