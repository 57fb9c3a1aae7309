"""What a source is: it can tell what it holds, and load it."""

from __future__ import annotations

from collections.abc import Callable

from trainlet.config import Configuration
from trainlet.datasets.table import Description, Read, Table


class Source(Configuration, family=True):
    """Where samples come from."""

    def describe(self, read: Read) -> Description:
        """Tell what the source holds.

        Raises ValidationError if it refers to something not stored.
        """
        raise NotImplementedError

    def load(self, read: Read) -> Table:
        """Load all samples; the same source always gives the same table."""
        raise NotImplementedError

    def stored(self, put: Callable[[bytes], str]) -> Source:
        """The same samples without their numbers in the spec; `put` stores content, tells its id.

        A source that is short already is itself.
        """
        return self
