"""Media types of uploadable files, by the suffix of their name."""

from __future__ import annotations

from pathlib import PurePath

CSV = "text/csv"
SUFFIXES = {
    ".csv": CSV,
    ".txt": CSV,
    ".tsv": "text/tab-separated-values",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
    ".npy": "application/x-npy",
    ".npz": "application/x-npz",
    ".parquet": "application/vnd.apache.parquet",
}


def media_type_of(name: str) -> str | None:
    """Return the media type of a file by its name without `.gz`; None for other names."""
    return SUFFIXES.get(PurePath(name.lower().removesuffix(".gz")).suffix)
