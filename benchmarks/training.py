"""Time per training step of trainlet and other frameworks.

    python -m benchmarks.training                         all, some ten minutes
    python -m benchmarks.training --only W1,W3 --peers tutorial
    python -m benchmarks.training --only memory,import

For each workload, all peers first train two short epochs from the same weights on the same batches,
and the results are compared. Then all train in turns, in one process, in float32 on one thread,
each epoch in a different order, with the loss of every batch except in the tutorial's loop.
Printed is the peer's time divided by trainlet's, the median over the rounds, with its target; a <
marks a missed target. A peer that is not installed is skipped. The exit status is 1 if results
differ.
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
from benchmarks.peers import PEERS, closest, find
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
        print(f"skipped memory: there is no {STATUS}")
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
        "--only", type=some(PARTS), default=PARTS, help=f"benchmarks, of {','.join(PARTS)}"
    )
    choices = tuple(name for name in PEERS if name != "trainlet")
    parser.add_argument(
        "--peers", type=some(choices), default=choices, help=f"peers, of {','.join(choices)}"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=4.0,
        help="seconds per peer and workload, in 7 turns of at least an epoch (default: 4)",
    )
    parser.add_argument(
        "--clock",
        choices=("wall", "processor"),
        default="wall",
        help="wall time, or on a busy machine processor time",
    )
    parser.add_argument(
        "--into",
        type=Path,
        default=Path("benchmarks/results"),
        help="folder for training.json and training.png (default: benchmarks/results)",
    )
    return parser.parse_args()


def some(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Return a parser of comma-separated names."""

    def read(text: str) -> tuple[str, ...]:
        names = tuple(text.split(","))
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"{name} is unknown; choose of {','.join(known)}")
        return names

    return read


def installed(name: str) -> bool:
    try:
        find(name)
    except ImportError as error:
        print(f"skipped {name}: {error}")
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
        print(f"skipped the picture: {error}")
        return
    drawing.draw(rows, path)


if __name__ == "__main__":
    sys.exit(main())
