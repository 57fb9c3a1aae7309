from __future__ import annotations

from trainlet.store import JobState


def test_an_empty_folder_is_no_job() -> None:
    state = JobState.of([])
    assert not state.accepted
    assert not state.running


def test_a_spec_accepts() -> None:
    state = JobState.of(["spec"])
    assert state.accepted
    assert state.attempt == 0
    assert not state.running


def test_the_highest_attempt_counts_whatever_its_digits() -> None:
    assert JobState.of(["spec", "attempt-9", "attempt-10", "attempt-2"]).attempt == 10


def test_an_attempt_runs_until_it_is_handed_back() -> None:
    assert JobState.of(["spec", "attempt-1"]).running
    assert not JobState.of(["spec", "attempt-1", "handback-1"]).running
    assert JobState.of(["spec", "attempt-1", "handback-1", "attempt-2"]).running


def test_the_end_is_the_end() -> None:
    state = JobState.of(["spec", "attempt-1", "cancel", "end"])
    assert state.cancelled
    assert state.ended
    assert not state.running


def test_other_names_state_nothing() -> None:
    assert JobState.of(["spec", "attempt-0", "attempt-x", "attempt--1", "history-3"]).attempt == 0
