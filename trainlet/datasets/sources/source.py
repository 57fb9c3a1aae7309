"""Base class of the sources."""

from __future__ import annotations

from collections.abc import Callable

from trainlet.config import Configuration
from trainlet.datasets.table import Description, Read, Table


class Source(Configuration, family=True):
    """A source of samples."""

    def describe(self, read: Read) -> Description:
        """Return the description of the samples.

        Raises ValidationError if the source refers to a dataset that is not stored.
        """
        raise NotImplementedError

    def load(self, read: Read) -> Table:
        """Load all samples; equal sources give equal tables."""
        raise NotImplementedError

    def stored(self, put: Callable[[bytes], str]) -> Source:
        """Return a source without inline numbers; `put` stores content and returns its id.

        Sources without inline numbers return themselves.
        """
        return self
