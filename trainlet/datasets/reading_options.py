"""Forms: what a user may say of how a CSV file is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from trainlet.config import Configuration

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


@dataclass(frozen=True)
class Form(Configuration):
    """How a CSV file is written; other files say so themselves."""

    delimiter: Annotated[
        Literal["auto", "comma", "semicolon", "tab"],
        "What stands between values; auto: what occurs most often in the first line.",
    ] = "auto"
    header: Annotated[
        Literal["auto", "true", "false"],
        "Whether the first line names the columns; auto: unless a number stands in it.",
    ] = "auto"
    decimal: Annotated[
        Literal["point", "comma"], "What stands between whole numbers and fractions."
    ] = "point"
