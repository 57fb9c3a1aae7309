"""Time of a training step: trainlet against those who train the same.

    python -m benchmarks.training                         all, some ten minutes
    python -m benchmarks.training --only W1,W3 --peers tutorial
    python -m benchmarks.training --only memory,import

For each workload everyone first trains two short epochs from the same weights on the same
batches, and what came of it is compared. Then all train on in turn, in one process, in float32 on
one thread, every epoch in an order of its own, each with the loss of every batch but for the
tutorial's loop. What is told is the peer's time divided by trainlet's, in the median over the
rounds, and beside it the bar that it should reach; a < marks what does not. A peer that is not
installed is left out. The exit code is 1 if what was computed is not equal.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from benchmarks.importing import BAR as IMPORT_BAR
from benchmarks.importing import import_times
from benchmarks.measuring import TOLERANCE, Row, compare, measure
from benchmarks.memory import BAR as MEMORY_BAR
from benchmarks.memory import STATUS, training_peak
from benchmarks.peers import PLACES, closest, find
from benchmarks.report import Report, line, table
from benchmarks.workloads import WORKLOADS, Workload

PARTS = (*(workload.name for workload in WORKLOADS), "memory", "import")


def main() -> int:
    wanted = arguments()
    report = Report()
    peers = ["trainlet", *(name for name in wanted.peers if installed(name))]
    for workload in (workload for workload in WORKLOADS if workload.name in wanted.only):
        row = trained(workload, peers, wanted.seconds, wanted.clock)
        report.rows.append(row)
        print(line(row), flush=True)
    if "memory" in wanted.only and not STATUS.exists():
        print(f"memory is left out: there is no {STATUS}")
    elif "memory" in wanted.only:
        for workload in WORKLOADS:
            report.memory[workload.name] = training_peak(workload.name)
    if "import" in wanted.only:
        report.imports = import_times(wanted.clock)
    print(table(report, MEMORY_BAR, IMPORT_BAR))
    wanted.into.mkdir(parents=True, exist_ok=True)
    report.write(wanted.into / "training.json")
    if report.rows:
        picture(report.rows, wanted.into / "training.png")
    return 1 if any(unequal(row) for row in report.rows) else 0


def arguments() -> argparse.Namespace:
    first, rest = (__doc__ or "").split("\n\n", 1)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training",
        description=first,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--only", type=some(PARTS), default=PARTS, help=f"parts, of {','.join(PARTS)}"
    )
    known = tuple(name for name in PLACES if name != "trainlet")
    parser.add_argument(
        "--peers", type=some(known), default=known, help=f"peers, of {','.join(known)}"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=4.0,
        help="how long each trains in each workload, in 7 turns of an epoch at least (default: 4)",
    )
    parser.add_argument(
        "--clock",
        choices=("wall", "processor"),
        default="wall",
        help="what is told: time by the clock, or on a busy machine the processor's time",
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=Path("benchmarks/results"),
        help="folder for training.json and training.png (default: benchmarks/results)",
    )
    return parser.parse_args()


def some(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Read names with commas between; argparse says which one is not known."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name} is none of {','.join(known)}")
        return names

    return read


def installed(name: str) -> bool:
    try:
        find(name)
    except ImportError as error:
        print(f"{name} is left out: {error}")
        return False
    return True


def trained(workload: Workload, peers: list[str], seconds: float, clock: str) -> Row:
    able = [name for name in peers if closest(name, workload) is not None]
    row = Row(workload, clock, compare(workload, able))
    measure(row, able, seconds)
    return row


def unequal(row: Row) -> list[str]:
    most = TOLERANCE[row.workload.optimizer]
    return [name for name, result in row.differences.items() if not result <= most]


def picture(rows: list[Row], path: Path) -> None:
    try:
        drawing = import_module("benchmarks.picture")
    except ImportError as error:
        print(f"no picture: {error}")
        return
    drawing.draw(rows, path)


if __name__ == "__main__":
    sys.exit(main())
