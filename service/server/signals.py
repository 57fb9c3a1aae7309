"""Signal delivery: the main thread wakes when any thread gets a signal."""

from __future__ import annotations

import os
import signal
from threading import Thread, get_ident


def install_handlers() -> None:
    """Wake the main thread, which must call this function, on every signal.

    Python's handlers run in the main thread, but the kernel may deliver a signal to any thread,
    and a main thread that waits for a lock does not notice. SIGUSR1 interrupts its wait.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    Thread(target=_wake, args=(reader, get_ident()), name="signals", daemon=True).start()


def _wake(reader: int, main: int) -> None:
    while True:
        if os.read(reader, 1)[0] != signal.SIGUSR1:
            signal.pthread_kill(main, signal.SIGUSR1)
