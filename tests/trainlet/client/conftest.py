from __future__ import annotations

from tests.trainlet.client.reading import reading_api

__all__ = ["reading_api"]
