"""`python -m docs.making`: write the derived pages of the reference."""

from __future__ import annotations

from docs.making.pages import REFERENCE, pages

for name, text in pages().items():
    (REFERENCE / name).write_text(text, encoding="utf-8")
