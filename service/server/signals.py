"""Signals: whichever thread of a process is given one, its main thread acts on it at once."""

from __future__ import annotations

import os
import signal
from threading import Thread, get_ident


def install_handlers() -> None:
    """Have the main thread, which calls this, wake whenever a signal comes.

    Python's handlers run in the main thread, but the kernel may give a signal to any, and a main
    thread that sleeps for a lock does not notice. SIGUSR1 interrupts its sleep, and does no more.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    Thread(target=_wake, args=(reader, get_ident()), name="signals", daemon=True).start()


def _wake(received: int, main: int) -> None:
    while True:
        if os.read(received, 1)[0] != signal.SIGUSR1:
            signal.pthread_kill(main, signal.SIGUSR1)
