"""Fixtures for the command line; `time.sleep` returns at once."""

from __future__ import annotations

import pytest

from tests.trainlet.client.reading import reading_api

__all__ = ["reading_api"]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
