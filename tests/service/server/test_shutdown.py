"""Shutdown events reach every process without blocking the sender."""

from __future__ import annotations

from multiprocessing import get_context

from service.server.shutdown import Shutdown

FORK = get_context("fork")


def test_it_is_heard_in_forked_processes_and_stays_stated() -> None:
    stop, received = Shutdown(), FORK.SimpleQueue()
    child = FORK.Process(target=lambda: received.put(stop.wait(30)))
    child.start()
    assert not stop.wait(0)
    stop.set()
    child.join()
    assert received.get()
    assert stop.wait()
    assert stop.wait(0.0)


def test_who_was_killed_as_it_listened_holds_up_no_one() -> None:
    stop, listens = Shutdown(), FORK.Event()

    def listen() -> None:
        listens.set()
        stop.wait()

    child = FORK.Process(target=listen)
    child.start()
    assert listens.wait(30)
    child.kill()
    child.join()
    stop.set()
    assert stop.wait(0)
