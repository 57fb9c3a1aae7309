"""`trainlet model`: trained models of the API."""

from __future__ import annotations

import click

from trainlet.cli._group import LazyGroup

PACKAGE = "trainlet.cli.model"


@click.group(
    cls=LazyGroup,
    targets={
        "list": (f"{PACKAGE}.list:list_models", "List models, newest first."),
        "show": (f"{PACKAGE}.show:show", "Show a model."),
        "predict": ("trainlet.cli.predict:predict", "Predict the rows of a file."),
        "evaluate": (f"{PACKAGE}.evaluate:evaluate", "Evaluate a model on labeled samples."),
        "explain": (f"{PACKAGE}.explain:explain", "Compute feature importance or attributions."),
        "backpropagate": (
            f"{PACKAGE}.backpropagate:backpropagate",
            "Show activations and gradients of one backward pass.",
        ),
        "export": (f"{PACKAGE}.export:export", "Save a model as a file."),
        "import": (f"{PACKAGE}.import_:import_", "Import a safetensors file as a model."),
        "alias": (f"{PACKAGE}.alias:alias", "Set or delete an alias of a version."),
        "delete": (f"{PACKAGE}.delete:delete", "Delete a model or one of its versions."),
    },
)
def model() -> None:
    """List, show, evaluate, explain, export and import models."""
