from __future__ import annotations

from math import cos, inf, pi

import pytest

from trainlet.network.patience import Patience
from trainlet.network.schedules import (
    ConstantSchedule,
    CosineSchedule,
    ExponentialSchedule,
    LinearSchedule,
    PlateauSchedule,
    Schedule,
    StepSchedule,
    WarmupSchedule,
)


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (ConstantSchedule(), [0.8] * 5),
        (LinearSchedule(0.3), [0.8, 0.7, 0.6, 0.5, 0.4]),
        (StepSchedule(every=2, factor=0.5), [0.8, 0.8, 0.4, 0.4, 0.2]),
        (ExponentialSchedule(every=2, factor=0.25), [0.8, 0.4, 0.2, 0.1, 0.05]),
        (CosineSchedule(0.2), [0.2 + 0.3 * (1 + cos(pi * step / 5)) for step in range(5)]),
        (WarmupSchedule(warmup_steps=2), [0.4, 0.8, 0.8, 0.8, 0.8]),
        (
            WarmupSchedule(warmup_steps=2, then=LinearSchedule(0.2)),
            [0.4, 0.8, 0.8, 0.6, 0.4],
        ),
        (PlateauSchedule(), [0.8] * 5),
    ],
)
def test_rates_by_step(schedule: Schedule, expected: list[float]) -> None:
    assert [schedule.rate(0.8, step, 5) for step in range(5)] == pytest.approx(expected)


def scales(schedule: Schedule, losses: list[float]) -> list[float]:
    watch, result = Patience(), []
    for loss in losses:
        watch = watch.see(loss, schedule.patience)
        result.append(schedule.scale(watch))
    return result


def test_halving_on_a_plateau() -> None:
    losses = [5.0, 4.0, 4.0, 4.5, 3.0, 3.0, 3.0, 3.0, 3.0]
    halving = PlateauSchedule(patience=2, factor=0.5)
    expected = [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125]
    assert scales(halving, losses) == expected
    assert scales(WarmupSchedule(warmup_steps=1, then=halving), losses) == expected


def test_the_others_do_not_look_at_losses() -> None:
    assert scales(LinearSchedule(), [1.0, 2.0, inf]) == [1.0, 1.0, 1.0]
