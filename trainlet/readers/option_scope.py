"""Reading options that each media type uses."""

from __future__ import annotations

from trainlet.datasets import ReadingOptions
from trainlet.errors import FieldError
from trainlet.readers.reader import PARQUET
from trainlet.readers.sources import CSV, EXCEL, NDJSON, TABLES, TSV

TEXT = CSV, TSV
TYPED = *TABLES, PARQUET
MEDIA_TYPES_OF: dict[str, tuple[str, ...]] = {
    "delimiter": TEXT,
    "header": (*TEXT, EXCEL),
    "decimal": TEXT,
    "thousands": TEXT,
    "comment": TEXT,
    "encoding": (*TEXT, NDJSON),
    "missing": TYPED,
    "sheet": (EXCEL,),
    "columns": TYPED,
}
"""Media types that use an option."""

DEFAULTS = ReadingOptions()


def unused_options(options: ReadingOptions, media_type: str) -> list[FieldError]:
    """Return an error per non-default option that a media type does not use."""
    given = [name for name in MEDIA_TYPES_OF if getattr(options, name) != getattr(DEFAULTS, name)]
    return [
        FieldError(
            (name,),
            getattr(options, name),
            f"{name} with {' or '.join(MEDIA_TYPES_OF[name])}",
            f"must be omitted for {media_type}; it belongs to {' and '.join(MEDIA_TYPES_OF[name])}",
        )
        for name in given
        if media_type not in MEDIA_TYPES_OF[name]
    ]
