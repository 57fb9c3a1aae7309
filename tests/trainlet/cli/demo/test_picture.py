from __future__ import annotations

import struct
import zlib

import numpy as np
from rich.console import Console

from trainlet.cli.demo import picture


def test_the_grid_goes_row_by_row_from_the_top_left() -> None:
    points = picture.grid(2, 4, 4.0)
    assert points[:3].tolist() == [[1.0, 3.5], [3.0, 3.5], [1.0, 2.5]]
    assert points[-1].tolist() == [3.0, 0.5]


def test_certain_predictions_have_full_color_and_uncertain_ones_none() -> None:
    pixels = picture.colors(np.array([[0.0, 0.5, 1.0]]))
    assert pixels.tolist() == [
        [list(picture.NEGATIVE), list(picture.UNCERTAIN), list(picture.POSITIVE)]
    ]


def test_png_holds_the_pixels() -> None:
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    data = picture.png(pixels)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, rest = {}, data[8:]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kind, body = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length]) == (zlib.crc32(kind + body),)
        chunks[kind], rest = body, rest[12 + length :]
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (3, 2, 8, 2, 0, 0, 0)
    lines = zlib.decompress(chunks[b"IDAT"])
    assert lines == b"".join(b"\x00" + bytes(row.reshape(-1).tolist()) for row in pixels)


def test_a_line_of_blocks_has_two_rows_of_pixels() -> None:
    pixels = np.array([[[1, 2, 3]], [[4, 5, 6]]], np.uint8)
    console = Console(force_terminal=True, color_system="truecolor", record=True, width=10)
    with console.capture() as captured:
        console.print(picture.blocks(pixels), end="")
    assert "\x1b[38;2;1;2;3;48;2;4;5;6m▀" in captured.get()


def test_letters_need_no_color() -> None:
    assert picture.letters(np.array([[0.9, 0.1], [0.5, 0.6]])) == "#.\n.#"
