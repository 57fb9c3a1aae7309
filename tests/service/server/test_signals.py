"""Signals delivered to other threads wake the main thread while it waits for a lock."""

from __future__ import annotations

import subprocess
import sys


def test_the_main_thread_acts_on_a_signal_that_another_thread_was_given() -> None:
    program = """if True:
        import signal, sys
        from threading import Condition, Event, Thread, get_ident, main_thread
        from service.server.signals import install_handlers

        terminated = Event()
        signal.signal(signal.SIGTERM, lambda *_: terminated.set())
        install_handlers()

        def take():
            looks = 0
            while looks < 100_000:  # while the main thread stays where it sleeps
                frame = sys._current_frames()[main_thread().ident]
                looks = looks + 1 if frame.f_code is Condition.wait.__code__ else 0
            signal.pthread_kill(get_ident(), signal.SIGTERM)
            Event().wait()

        Thread(target=take, daemon=True).start()
        terminated.wait()
        print("heard")
    """
    command = [sys.executable, "-c", program]
    completed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=20)
    assert completed.stdout == "heard\n"
