"""Waiting for other processes without fixed delays."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def eventually(
    condition: Callable[[], Answer], seconds: float = 60, what: str = "", every: float = 0.01
) -> Answer:
    """Poll `condition` until it returns a true value, and return that value.

    Fails the test with `what` and the last value after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not (response := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(
                f"not within {seconds} s: {what or condition}; last seen: {response!r}"
            )
        time.sleep(every)
    return response
