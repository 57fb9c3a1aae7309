"""Response schemas for datasets."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.reading_options import OptionsSchema
from service.api.schemas.responses.fields import OPTIONAL, TIME, described
from service.api.schemas.responses.jobs import Splits


class Column(Schema):
    """Statistics of a column."""

    name = described(String, "Name of the column.")
    type = described(
        String,
        "Type of the column; `text`: too many distinct strings to be used.",
        keywords={"enum": ["number", "category", "boolean", "date", "text"]},
    )
    categories = described(
        Raw, "Categories in order; null unless the type is `category`.", allow_none=True
    )
    distinct = described(Integer, "Number of distinct values; null above 1000.", allow_none=True)
    reason = described(String, "Reason for the inferred type; empty if the file declares it.")
    missing = described(Integer, "Number of rows without a value.")
    markers = described(
        Dict,
        "Number of occurrences of each string that was read as missing.",
        keys=String(),
        values=Integer(),
    )
    minimum = described(Raw, "Minimum; null without numbers.", keywords=OPTIONAL)
    maximum = described(Raw, "Maximum; null without numbers.", keywords=OPTIONAL)
    mean = described(Raw, "Mean; null without numbers.", keywords=OPTIONAL)
    std = described(Raw, "Population standard deviation; null without numbers.", keywords=OPTIONAL)


class DatasetSummary(Schema):
    """An uploaded file without its columns."""

    id = described(
        String,
        "SHA-256 of the owner, the content's SHA-256, the media type and the reading options.",
    )
    name = described(String, "Display name.")
    media_type = described(String, "Media type of the file.")
    bytes = described(Integer, "Size of the file in bytes.")
    sha256 = described(String, "SHA-256 of the content.")
    created_at = described(String, "Time of the upload.", keywords=TIME)
    status = described(
        String,
        "Status: `profiling`, `ready` or `failed`.",
        keywords={"enum": ["profiling", "ready", "failed"]},
    )
    error = described(
        String, "Reason for the failure; null if reading did not fail.", allow_none=True
    )
    links = described(Dict, "Paths of related resources.", keys=String(), values=String())


class StoredDataset(DatasetSummary):
    """An uploaded file; its columns are available when its status is ready."""

    options = described(Nested, "Reading options, with all defaults.", OptionsSchema)
    rows = described(Integer, "Number of samples; null until ready.", allow_none=True)
    read_as = described(
        List, "Detected format of the file, one sentence each; empty until ready.", String()
    )
    renamed = described(
        Dict,
        "Original header of each renamed column, by its new name.",
        keys=String(),
        values=String(),
    )
    warnings = described(List, "Warnings about values that may have been misread.", String())
    columns = described(List, "Columns of the file; empty until ready.", Nested(Column))
    first_rows = described(List, "First rows of the file; empty until ready.", Raw())


class DatasetPage(Schema):
    """Uploaded files, newest first."""

    data = described(List, "Uploaded files.", Nested(DatasetSummary))
    next = described(String, "Cursor of the next page; null on the last page.", allow_none=True)


class Preview(Schema):
    """Preprocessed samples."""

    features = described(List, "Names of the network's input features.", String())
    input_shape = described(List, "Shape of a preprocessed sample.", Integer())
    labels = described(
        Raw, "Class labels, if the targets allow classification; else null.", allow_none=True
    )
    splits = described(Nested, "Number of samples in each set.", Splits)
    points = described(List, "Preprocessed samples of the requested set.", Raw())
    targets = described(List, "Targets as they are in the data.", Raw())
    warnings = described(List, "Warnings about the data.", String())
