"""`python -m docs.making.pictures [URL]`: make the pictures anew, from real runs on a service.

The service needs the extra `plots`; by default it is the one at http://127.0.0.1:8000.
"""

from __future__ import annotations

import json
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from trainlet import Client
from trainlet.client import DEFAULT_URL
from trainlet.client.client import Picture

DOCS = Path(__file__).parents[1]
PICTURES = DOCS / "pictures"

WANTED: tuple[Picture, ...] = ("loss.png", "points.png", "boundary.png")

COLOURS = 48
"""Enough for flat pictures, and a file is a third as large."""


def spec() -> Any:
    """The job of the tutorial's first step."""
    page = (DOCS / "tutorial" / "1-circles.md").read_text(encoding="utf-8")
    found = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert found is not None  # noqa: S101  # the page begins with its spec
    return json.loads(found[1])


def make(url: str) -> None:
    """Train it, and save its pictures."""
    with Client(url) as client:
        job = client.train(spec())
        for kind in WANTED:
            drawn = BytesIO(b"".join(client.picture(job.id, kind)))
            with Image.open(drawn) as picture:
                few = picture.convert("RGB").quantize(COLOURS)
            few.save(PICTURES / kind, optimize=True)


if __name__ == "__main__":
    make(sys.argv[1] if len(sys.argv) > 1 else DEFAULT_URL)
