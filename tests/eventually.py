"""Waiting for what other processes do, without guessing how long they take."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def eventually(
    condition: Callable[[], Answer], seconds: float = 60, what: str = "", every: float = 0.01
) -> Answer:
    """Ask `condition` every so many seconds until it answers something true, which is handed on.

    Fails the test, telling `what` was waited for and the last answer, once `seconds` have passed.
    """
    deadline = time.monotonic() + seconds
    while not (response := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"not within {seconds} s: {what or condition}; last seen: {response!r}"
            )
        time.sleep(every)
    return response
