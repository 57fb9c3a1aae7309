"""Reading: uploaded files, a block at a time, into numbers and what is to be said of them.

Nothing in a file is trusted: sizes are compared before memory is asked for, and nothing is run.
"""

from trainlet.readers.failure import Failed
from trainlet.readers.reader import MEDIA_TYPES, lacks, read
from trainlet.readers.row_reader import RowReader

__all__ = ["MEDIA_TYPES", "Failed", "RowReader", "lacks", "read"]
