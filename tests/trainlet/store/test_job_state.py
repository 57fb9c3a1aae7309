from __future__ import annotations

from trainlet.store import JobState


def test_an_empty_folder_is_no_job() -> None:
    standing = JobState.of([])
    assert not standing.accepted
    assert not standing.running


def test_a_spec_accepts() -> None:
    standing = JobState.of(["spec"])
    assert standing.accepted
    assert standing.attempt == 0
    assert not standing.running


def test_the_highest_attempt_counts_whatever_its_digits() -> None:
    assert JobState.of(["spec", "attempt-9", "attempt-10", "attempt-2"]).attempt == 10


def test_an_attempt_runs_until_it_is_handed_back() -> None:
    assert JobState.of(["spec", "attempt-1"]).running
    assert not JobState.of(["spec", "attempt-1", "handback-1"]).running
    assert JobState.of(["spec", "attempt-1", "handback-1", "attempt-2"]).running


def test_the_end_is_the_end() -> None:
    standing = JobState.of(["spec", "attempt-1", "cancel", "end"])
    assert standing.cancelled
    assert standing.ended
    assert not standing.running


def test_other_names_say_nothing() -> None:
    assert JobState.of(["spec", "attempt-0", "attempt-x", "attempt--1", "history-3"]).attempt == 0
