"""Insisting: what must be done is tried again while the store fails."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from trainlet.errors import ServiceUnavailableError

log = logging.getLogger("trainlet.worker")

Answer = TypeVar("Answer")


def retry(action: Callable[[], Answer]) -> Answer:
    """Retry an action each second while it raises ServiceUnavailableError.

    The operator may free a full disk.

    Meanwhile the parent process sees to it that signals and cancelling are followed.
    """
    while True:
        try:
            return action()
        except ServiceUnavailableError as error:
            log.warning("trying again: %s", error)
            time.sleep(1)
