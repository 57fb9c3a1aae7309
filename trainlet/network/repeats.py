"""Repeated training with several seeds, epoch by epoch.

repeats = first_repeats(network, training, 8)
run = train_repeats(network, data, training, repeats, validation)
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any

import numpy as np

from trainlet.errors import DivergenceError
from trainlet.network.arrays import Array
from trainlet.network.batches import Data
from trainlet.network.diagnostics import Finding
from trainlet.network.loop import train
from trainlet.network.network import Network
from trainlet.network.state import End, State, first_state
from trainlet.network.team import Team, gains
from trainlet.network.training import Training

SEEDS = 2**32


@dataclass
class Repeats:
    """States of all runs, with their common history.

    `failures` contains the epoch and error of each run that diverged, by index. `history` has an
    entry for every epoch that all active runs have finished: the mean of each series over the
    runs that reached the epoch, and, as `loss_deviation` and `validation_loss_deviation`, the
    standard deviation of the losses.
    """

    runs: list[State]
    failures: dict[int, str] = field(default_factory=dict)
    history: dict[str, list[float]] = field(default_factory=dict)

    @property
    def going(self) -> list[int]:
        """Indices of the runs that have not finished."""
        return [
            place
            for place, run in enumerate(self.runs)
            if run.end is None and place not in self.failures
        ]

    @property
    def epoch(self) -> int:
        """Number of epochs in the history."""
        return len(self.history.get("loss", ()))

    @property
    def step(self) -> int:
        """Number of mini-batches of all runs."""
        return sum(run.step for run in self.runs)

    @property
    def end(self) -> End | None:
        """Reason why the longest run finished; None until all have finished."""
        if self.going or not self.whole:
            return None
        return max((self.runs[place] for place in self.whole), key=lambda run: run.epoch).end

    @property
    def whole(self) -> list[int]:
        """Indices of the runs that did not diverge."""
        return [place for place in range(len(self.runs)) if place not in self.failures]

    @property
    def findings(self) -> list[Finding]:
        """Findings of all runs, each once."""
        results = {(one.kind, one.layer): one for run in self.runs[::-1] for one in run.findings}
        return list(results.values())

    def take_best(self) -> None:
        """Restore the best parameters of every run, if early stopping stores them."""
        for place in self.going:
            self.runs[place].take_best()

    def fail(self, place: int, error: DivergenceError) -> None:
        """Drop a run that diverged. Raises its error if it was the last run."""
        self.failures[place] = str(error)
        if not self.whole:
            raise error

    def see_epochs(self) -> None:
        """Append to the history the epochs that all active runs have finished."""
        whole = [self.runs[place] for place in self.whole]
        done = min(
            (self.runs[place].epoch for place in self.going),
            default=max((run.epoch for run in whole), default=0),
        )
        for epoch in range(self.epoch, done):
            entries: dict[str, list[float]] = {}
            for run in whole:
                for name, values in run.history.items():
                    if epoch < len(values):
                        entries.setdefault(name, []).append(values[epoch])
            for name, result in entries.items():
                self._write(name, float(np.mean(result)), epoch)
                if name in ("loss", "validation_loss"):
                    self._write(f"{name}_deviation", float(np.std(result)), epoch)

    def _write(self, name: str, value: float, epoch: int) -> None:
        series = self.history.setdefault(name, [])
        series += [np.nan] * (epoch - len(series))
        series.append(value)

    def arrays(self) -> dict[str, Array]:
        """Return the arrays of all runs without copies."""
        named = {f"history.{name}": np.array(values) for name, values in self.history.items()}
        for place, run in enumerate(self.runs):
            named |= {f"{place}/{name}": array for name, array in run.arrays().items()}
        return named

    def counters(self) -> dict[str, Any]:
        """Return everything except arrays in JSON form."""
        failures = [[place, why] for place, why in self.failures.items()]
        return {"runs": [run.counters() for run in self.runs], "failures": failures}

    @classmethod
    def restore(cls, arrays: Mapping[str, Array], counters: Mapping[str, Any]) -> Repeats:
        """Restore the runs of `arrays` and `counters`, bit for bit."""
        parts: list[dict[str, Array]] = [{} for _ in counters["runs"]]
        history = {}
        for name, array in arrays.items():
            place, slash, own = name.partition("/")
            if slash:
                parts[int(place)][own] = array
            else:
                history[name.removeprefix("history.")] = array.tolist()
        runs = [State.restore(part, own) for part, own in zip(parts, counters["runs"], strict=True)]
        return cls(runs, dict(counters["failures"]), history)


def seeded(training: Training, place: int) -> Training:
    """Return the training of a run, whose seed is the seed of the spec plus its index."""
    return replace(training, seed=(training.seed + place) % SEEDS)


def first_repeats(network: Network, training: Training, count: int) -> Repeats:
    """Return the states before the first step."""
    return Repeats([first_state(network, seeded(training, place)) for place in range(count)])


def train_repeats(
    network: Network,
    data: Data,
    training: Training,
    repeats: Repeats,
    validation: Data | None = None,
) -> Generator[Repeats, int, None]:
    """Continue training all runs in place, as `train` does for one.

    Runs of small networks take every step together; others train an epoch of one run after the
    other. Each run ends with the same bits as it would alone. A run that diverges is dropped.

    Raises:
        DivergenceError: all runs diverged.

    """
    budget = yield repeats
    with np.errstate(all="ignore"):
        while repeats.going:
            if _are_team(network, data, training, repeats):
                budget = yield from _together(network, data, training, repeats, validation, budget)
            else:
                budget = yield from _in_turn(network, data, training, repeats, validation, budget)


def _are_team(network: Network, data: Data, training: Training, repeats: Repeats) -> bool:
    places = {(repeats.runs[place].epoch, repeats.runs[place].position) for place in repeats.going}
    alike = len(repeats.going) > 1 and len(places) == 1
    return alike and gains(network, training, len(data.inputs))


def _together(
    network: Network,
    data: Data,
    training: Training,
    repeats: Repeats,
    validation: Data | None,
    budget: int,
) -> Generator[Repeats, int, int]:
    """Train the runs as a team until one leaves it; return the remaining budget of steps."""
    places = repeats.going
    trainings = [seeded(training, place) for place in places]
    states = [repeats.runs[place] for place in places]
    team = Team(network, data, trainings, states, validation)
    while repeats.going == places:
        for group in team.batches():
            if budget <= 0:
                budget = yield repeats
            failed = team.step(group)
            budget -= len(places)
            if failed:
                break
        else:
            failed = team.finish_epoch()
        for place, error in failed.items():
            repeats.fail(places[place], error)
        repeats.see_epochs()
    return max(budget, 0)


def _in_turn(
    network: Network,
    data: Data,
    training: Training,
    repeats: Repeats,
    validation: Data | None,
    budget: int,
) -> Generator[Repeats, int, int]:
    """Train an epoch of one run after the other until all finish."""
    runs = {
        place: train(network, data, seeded(training, place), repeats.runs[place], validation)
        for place in repeats.going
    }
    for run in runs.values():
        next(run)
    batches = ceil(len(data.inputs) / training.batch_size)
    while repeats.going:
        for place in _behind(repeats):
            state = repeats.runs[place]
            left = batches - ceil(state.position / training.batch_size)
            while left and place in repeats.going:
                if budget <= 0:
                    budget = yield repeats
                steps = min(left, budget)
                try:
                    runs[place].send(steps)
                except StopIteration:
                    pass
                except DivergenceError as error:
                    repeats.fail(place, error)
                left, budget = left - steps, budget - steps
        repeats.see_epochs()
    return budget


def _behind(repeats: Repeats) -> list[int]:
    """Return the runs that have not finished the epoch that the others have."""
    first = min(repeats.runs[place].epoch for place in repeats.going)
    return [place for place in repeats.going if repeats.runs[place].epoch == first]
