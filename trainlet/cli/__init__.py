"""`trainlet` command: daily verbs at the top, all others in groups by resource.

A command is imported when it runs, so `trainlet --help` needs no import but this table.
"""

from __future__ import annotations

import click

from trainlet import __version__
from trainlet.cli._group import RootGroup, Targets

VERBS: Targets = {
    "train": ("trainlet.cli.train:train", "Train a network from a spec or a preset."),
    "predict": ("trainlet.cli.predict:predict", "Predict the rows of a file with a model."),
    "up": ("trainlet.cli.up:up", "Start Redis, the workers and the API on this machine."),
    "demo": ("trainlet.cli.demo:demo", "Train the four circles over HTTP and draw the result."),
    "doctor": ("trainlet.cli.doctor:doctor", "Find problems of an installation."),
    "completion": ("trainlet.cli.completion:completion", "Print a completion script for a shell."),
}
GROUPS: Targets = {
    "job": ("trainlet.cli.job:job", "List, show, plot, fork and control jobs."),
    "model": ("trainlet.cli.model:model", "List, evaluate, explain, export and import models."),
    "dataset": ("trainlet.cli.dataset:dataset", "Upload, list, show, read and delete datasets."),
    "preset": ("trainlet.cli.preset:preset", "List and show specs that are known to work."),
    "key": ("trainlet.cli.key:key", "Create, list and revoke API keys."),
    "store": ("trainlet.cli.store:store", "Prune and reindex the blob store."),
}


@click.group(
    cls=RootGroup,
    targets=VERBS,
    groups=GROUPS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Train small neural networks over HTTP, and serve them.

    \b
    Exit status:
      0  success
      1  another error
      2  invalid command line
      3  invalid spec, points, file or settings
      4  no such job, model, version, dataset or preset
      5  conflict with the current state
      6  the API is unavailable, or its queue is full
      7  the job finished without a model
      8  the API key is missing or not permitted
    130  interrupted by Ctrl-C
    """  # noqa: D301  # click reads \b as a backspace character
