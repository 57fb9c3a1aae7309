"""Retries while the store is unavailable."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from trainlet.errors import ServiceUnavailableError

log = logging.getLogger("trainlet.worker")

T = TypeVar("T")


def retry(action: Callable[[], T]) -> T:
    """Retry an action each second while it raises ServiceUnavailableError.

    For example, the operator may free a full disk. Meanwhile the supervisor handles signals and
    cancellation.
    """
    while True:
        try:
            return action()
        except ServiceUnavailableError as error:
            log.warning("retrying: %s", error)
            time.sleep(1)
