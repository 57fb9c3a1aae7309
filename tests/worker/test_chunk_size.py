from __future__ import annotations

from worker.chunk_size import ChunkSize


def test_it_begins_with_one_step_and_comes_to_fill_the_time() -> None:
    pace = ChunkSize(0.2)
    assert pace.steps == 1
    for _ in range(10):
        pace.measure(pace.steps * 0.0001, pace.steps)
    assert pace.steps == 2000


def test_it_grows_carefully_after_a_fast_piece() -> None:
    pace = ChunkSize(0.2)
    pace.measure(0.0, 1)
    assert pace.steps == 8


def test_it_slows_down_at_once_and_never_to_nothing() -> None:
    pace = ChunkSize(0.2)
    pace.steps = 1000
    pace.measure(2.0, 1000)
    assert pace.steps == 100
    pace.measure(1e6, 100)
    assert pace.steps == 1


def test_fewer_steps_than_it_stated_do_not_slow_it_down() -> None:
    pace = ChunkSize(0.2)
    pace.steps = 1000
    pace.measure(0.01, 50)
    assert pace.steps == 1000
