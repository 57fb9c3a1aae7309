"""Media type and reading options of the file that a model was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from trainlet.config import Configuration
from trainlet.datasets.reading_options import ReadingOptions


@dataclass(frozen=True)
class TrainingFile(Configuration):
    """Media type and reading options of a training file, the defaults for files to predict."""

    media_type: Annotated[str, "Media type of the file."]
    options: Annotated[ReadingOptions, "Reading options with the detected dialect."]
