"""Pictures of predictions in the plane, as PNG and in a terminal."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.style import Style
from rich.text import Text

Array = NDArray[np.floating]
Pixels = NDArray[np.uint8]

NEGATIVE, POSITIVE, UNCERTAIN = (8, 119, 189), (245, 147, 34), (240, 240, 238)


def grid(columns: int, rows: int, side: float) -> Array:
    """Return the cell centers of a square of `side`, (columns · rows, 2), by row from the top.

    The second coordinate increases upwards.
    """
    x1 = (np.arange(columns) + 0.5) * side / columns
    x2 = side - (np.arange(rows) + 0.5) * side / rows
    return np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)


def colors(outputs: Array) -> Pixels:
    """Return the color of the predicted class, paler where |2y − 1|, the certainty, is lower."""
    certainty = np.abs(2 * outputs - 1)[..., np.newaxis].clip(0, 1)
    classes = np.where((outputs > 0.5)[..., np.newaxis], POSITIVE, NEGATIVE)
    mixed = certainty * classes + (1 - certainty) * np.array(UNCERTAIN)
    return np.asarray(mixed.round(), np.uint8)


def png(pixels: Pixels) -> bytes:
    """Encode pixels (rows, columns, 3) as a PNG file (ISO/IEC 15948) with 8 bits per color."""
    rows, columns, _ = pixels.shape
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    unfiltered = np.zeros((rows, 1), np.uint8)
    lines = np.hstack([unfiltered, pixels.reshape(rows, -1)]).tobytes()
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


def blocks(pixels: Pixels) -> Text:
    """Draw two rows of pixels per line: the foreground and background of an upper half block."""
    text = Text()
    for upper, lower in zip(pixels[::2].tolist(), pixels[1::2].tolist(), strict=True):
        for above, below in zip(upper, lower, strict=True):
            style = Style(color=Color.from_rgb(*above), bgcolor=Color.from_rgb(*below))
            text.append("▀", style)
        text.append("\n")
    return text


def letters(outputs: Array) -> str:
    """Draw outputs (rows, columns) without color: # for the positive class, . for the negative."""
    return "\n".join("".join("#" if output > 0.5 else "." for output in row) for row in outputs)
