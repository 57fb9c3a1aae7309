"""Data sets."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import OPTIONAL, TIME, told
from service.api.schemas.answers.jobs import Parts
from service.api.schemas.reading_options import OptionsSchema


class Column(Schema):
    """What is known of a column."""

    name = told(String, "Its name.")
    type = told(
        String,
        "What it holds; text: too many different texts to be used.",
        keywords={"enum": ["number", "category", "boolean", "date", "text"]},
    )
    categories = told(Raw, "The texts of a category.", allow_none=True)
    distinct = told(Integer, "How many values differ; null: over 1000.", allow_none=True)
    reason = told(String, "Why the column has its type; empty if the file states it.")
    missing = told(Integer, "How many rows lack a value.")
    markers = told(
        Dict, "How often each text was read as missing.", keys=String(), values=Integer()
    )
    minimum = told(Raw, "The smallest number.", keywords=OPTIONAL)
    maximum = told(Raw, "The largest number.", keywords=OPTIONAL)
    mean = told(Raw, "The mean.", keywords=OPTIONAL)
    deviation = told(Raw, "The standard deviation, of the population.", keywords=OPTIONAL)


class DatasetSummary(Schema):
    """An uploaded file without its columns."""

    id = told(
        String,
        "The SHA-256 of the owner, the content's SHA-256, the media type and the reading options.",
    )
    name = told(String, "A name for people.")
    media_type = told(String, "What kind of file it is.")
    bytes = told(Integer, "Its size.")
    sha256 = told(String, "The SHA-256 of its content.")
    created_at = told(String, "When it was uploaded.", keywords=TIME)
    status = told(
        String,
        "Whether it can be used.",
        keywords={"enum": ["profiling", "ready", "failed"]},
    )
    error = told(String, "Why it cannot be used.", allow_none=True)
    links = told(Dict, "Paths to go on with.", keys=String(), values=String())


class StoredDataset(DatasetSummary):
    """An uploaded file; columns are known once it is ready."""

    options = told(Nested, "The reading options; omitted ones have their defaults.", OptionsSchema)
    rows = told(Integer, "How many samples it holds.", allow_none=True)
    read_as = told(List, "What was found out about its form.", String())
    renamed = told(
        Dict,
        "The text of the header for each column that has another name.",
        keys=String(),
        values=String(),
    )
    warnings = told(List, "What may have been read in another way than meant.", String())
    columns = told(List, "Its columns.", Nested(Column))
    first_rows = told(List, "Its first rows.", Raw())


class DatasetPage(Schema):
    """Uploaded files, newest first."""

    data = told(List, "The files.", Nested(DatasetSummary))
    next = told(String, "The cursor of the next page.", allow_none=True)


class Preview(Schema):
    """Samples as a network would see them."""

    features = told(List, "What the network sees of a sample.", String())
    input_shape = told(List, "The shape of a sample.", Integer())
    labels = told(Raw, "The labels, if the targets can be some.", allow_none=True)
    parts = told(Nested, "The parts of the data.", Parts)
    points = told(List, "Prepared samples of the training part.", Raw())
    targets = told(List, "Their targets as they are in the data.", Raw())
    warnings = told(List, "What the user should know.", String())
