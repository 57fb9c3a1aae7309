"""Repeats: the same training from several seeds, all of them epoch by epoch.

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
    """The states of all runs, and what became of them together.

    `failures` tells of each run that diverged, by its place, in which epoch and why. `history`
    has, for every epoch that all runs which go on have finished, the mean of each series over
    the runs that got so far, and under `loss_deviation`, `validation_loss_deviation` their
    standard deviation.
    """

    runs: list[State]
    failures: dict[int, str] = field(default_factory=dict)
    history: dict[str, list[float]] = field(default_factory=dict)

    @property
    def going(self) -> list[int]:
        """The places of the runs that have not ended."""
        return [
            place
            for place, run in enumerate(self.runs)
            if run.end is None and place not in self.failures
        ]

    @property
    def epoch(self) -> int:
        """The epochs that the history tells of."""
        return len(self.history.get("loss", ()))

    @property
    def step(self) -> int:
        """The mini-batches of all runs."""
        return sum(run.step for run in self.runs)

    @property
    def end(self) -> End | None:
        """Why the longest run ended, once all have."""
        if self.going or not self.whole:
            return None
        return max((self.runs[place] for place in self.whole), key=lambda run: run.epoch).end

    @property
    def whole(self) -> list[int]:
        """The places of the runs that did not diverge."""
        return [place for place in range(len(self.runs)) if place not in self.failures]

    @property
    def findings(self) -> list[Finding]:
        """What was noticed of any run, each thing once."""
        results = {(one.kind, one.layer): one for run in self.runs[::-1] for one in run.findings}
        return list(results.values())

    def take_best(self) -> None:
        """Go back to the best parameters so far in every run, where early stopping keeps them."""
        for place in self.going:
            self.runs[place].take_best()

    def fail(self, place: int, error: DivergenceError) -> None:
        """Leave a run that diverged. Raises its error if no other is left."""
        self.failures[place] = str(error)
        if not self.whole:
            raise error

    def see_epochs(self) -> None:
        """Write into the history what all runs that go on have finished."""
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
        """Hand out the arrays of all runs, as they are, not copied."""
        named = {f"history.{name}": np.array(values) for name, values in self.history.items()}
        for place, run in enumerate(self.runs):
            named |= {f"{place}/{name}": array for name, array in run.arrays().items()}
        return named

    def counters(self) -> dict[str, Any]:
        """Hand out the rest in JSON form."""
        failures = [[place, why] for place, why in self.failures.items()]
        return {"runs": [run.counters() for run in self.runs], "failures": failures}

    @classmethod
    def restore(cls, arrays: Mapping[str, Array], counters: Mapping[str, Any]) -> Repeats:
        """Rebuild what `arrays` and `counters` were taken from, bit for bit."""
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
    """The training of the run at a place: seeds follow each other from that of the spec."""
    return replace(training, seed=(training.seed + place) % SEEDS)


def first_repeats(network: Network, training: Training, count: int) -> Repeats:
    """Make the states before the first step."""
    return Repeats([first_state(network, seeded(training, place)) for place in range(count)])


def train_repeats(
    network: Network,
    data: Data,
    training: Training,
    repeats: Repeats,
    validation: Data | None = None,
) -> Generator[Repeats, int, None]:
    """Train all runs on from where they are, changing them in place, as `train` does one.

    Small networks take every step together, others an epoch of one run after the other; each
    run ends with the same bits as it would alone. One that diverges is left; if all do, this
    raises DivergenceError.
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
    """Train the runs as a team until one leaves it; hand out what is left of the budget."""
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
    """Train an epoch of one run after the other, to the end of all."""
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
    """The runs that are to finish the epoch which the others have finished already."""
    first = min(repeats.runs[place].epoch for place in repeats.going)
    return [place for place in repeats.going if repeats.runs[place].epoch == first]
