"""Arrays and JSON metadata in safetensors files.

Files are not trusted: reading validates everything and executes nothing.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from trainlet.errors import CorruptFileError
from trainlet.store.records import FORMAT, since

Arrays = dict[str, NDArray[Any]]


def pack(kind: str, arrays: Arrays, about: dict[str, Any]) -> bytes:
    """Serialize arrays with `about` (JSON values), kind and format as metadata.

    Raises ValueError if a number in `about` is not finite.
    """
    # safetensors 0.8.0 writes the raw memory of an array and ignores its strides.
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    texts = {name: json.dumps(value, allow_nan=False) for name, value in about.items()}
    data = safetensors.numpy.save(contiguous, {"kind": kind, "format": str(FORMAT)} | texts)
    return _with_sorted_header(data)


def _with_sorted_header(data: bytes) -> bytes:
    """Return the file with a sorted header, because the library's order varies."""
    end = 8 + int.from_bytes(data[:8], "little")
    header = json.dumps(json.loads(data[8:end]), sort_keys=True, separators=(",", ":")).encode()
    header += b" " * (-len(header) % 8)
    return b"".join([len(header).to_bytes(8, "little"), header, memoryview(data)[end:]])


def unpack(kind: str, data: bytes, *required: str) -> tuple[Arrays, dict[str, Any]]:
    """Return the arrays (read-only) and the metadata of a file.

    Raises CorruptFileError unless the file is complete, of this kind and format, and contains all
    `required` fields.
    """
    about = unpack_metadata(kind, data, *required)
    try:
        arrays: Arrays = safetensors.numpy.load(data)
    except (SafetensorError, LookupError, ValueError, TypeError) as error:
        raise CorruptFileError(f"a {kind} file contains broken arrays: {error}") from None
    return arrays, about


def read_metadata(data: bytes) -> dict[str, str]:
    """Return the raw metadata of a safetensors file. Raises CorruptFileError."""
    try:
        length = int.from_bytes(data[:8], "little")
        texts = dict(json.loads(data[8 : 8 + length])["__metadata__"])
    except (ValueError, LookupError, TypeError, RecursionError):
        raise CorruptFileError("the file is not a safetensors file with metadata") from None
    if not all(isinstance(text, str) for text in texts.values()):
        raise CorruptFileError("the metadata of the file must be strings")
    return texts


def unpack_metadata(kind: str, data: bytes, *required: str) -> dict[str, Any]:
    """Return the metadata of a file. `data` need not contain the arrays.

    Raises CorruptFileError.
    """
    try:
        texts = read_metadata(data)
        result = texts["kind"], texts["format"]
        about = {name: json.loads(texts[name]) for name in texts.keys() - {"kind", "format"}}
    except (CorruptFileError, ValueError, LookupError, RecursionError):
        raise CorruptFileError(f"a {kind} file has a broken header") from None
    if result != (kind, str(FORMAT)):
        later = since(result[1]) if result[0] == kind else ""
        raise CorruptFileError(f"a file is not a {kind} file of format {FORMAT}{later}")
    missing = [name for name in required if name not in about]
    if missing:
        raise CorruptFileError(f"a {kind} file has no {', '.join(missing)} in its metadata")
    return about
