"""Sources: where the samples of a dataset come from."""

from trainlet.datasets.sources.four_circles import FourCircles
from trainlet.datasets.sources.inline import Inline
from trainlet.datasets.sources.source import Source
from trainlet.datasets.sources.uploaded import Uploaded

__all__ = ["FourCircles", "Inline", "Source", "Uploaded"]
