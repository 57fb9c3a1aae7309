"""Readers of uploaded tables, which convert files into numbers and a profile block by block.

No file is trusted: sizes are checked before memory is allocated, and no code in files is run.
"""

from trainlet.readers.failure import TableError
from trainlet.readers.option_scope import MEDIA_TYPES_OF, unused_options
from trainlet.readers.reader import MEDIA_TYPES, lacks, read
from trainlet.readers.row_reader import RowReader

__all__ = [
    "MEDIA_TYPES",
    "MEDIA_TYPES_OF",
    "RowReader",
    "TableError",
    "lacks",
    "read",
    "unused_options",
]
