"""Files for tests, read as by a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trainlet.datasets import Profile, ReadingOptions
from trainlet.readers import TableError, read

MOST = 10**8


class Files:
    """A folder in which a file is read and its numbers are found."""

    def __init__(self, folder: Path) -> None:
        self.content, self.numbers = folder / "content", folder / "numbers"

    def read(self, content: bytes, kind: str = "text/csv", **form: Any) -> Profile:
        self.content.write_bytes(content)
        return read(self.content, kind, ReadingOptions(**form), self.numbers, MOST)

    def matrix(self, profile: Profile) -> Any:
        """The numbers (rows, columns) that were read."""
        own = profile.offset is None
        path, offset = (self.numbers, 0) if own else (self.content, profile.offset)
        width = len(profile.details)
        shape = (width, profile.rows) if profile.by_column else (profile.rows, width)
        result = np.memmap(path, profile.dtype, "r", offset or 0, shape)
        return result.T if profile.by_column else result

    def failure(self, content: bytes, kind: str = "text/csv", **form: Any) -> str:
        with pytest.raises(TableError) as caught:
            self.read(content, kind, **form)
        return str(caught.value)
