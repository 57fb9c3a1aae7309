"""Data sets."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import OPTIONAL, TIME, described
from service.api.schemas.answers.jobs import Splits
from service.api.schemas.reading_options import OptionsSchema


class Column(Schema):
    """What is known of a column."""

    name = described(String, "Its name.")
    type = described(
        String,
        "What it holds; text: too many different texts to be used.",
        keywords={"enum": ["number", "category", "boolean", "date", "text"]},
    )
    categories = described(Raw, "The texts of a category.", allow_none=True)
    distinct = described(Integer, "How many values differ; null: over 1000.", allow_none=True)
    reason = described(String, "Why the column has its type; empty if the file states it.")
    missing = described(Integer, "How many rows lack a value.")
    markers = described(
        Dict, "How often each text was read as missing.", keys=String(), values=Integer()
    )
    minimum = described(Raw, "The smallest number.", keywords=OPTIONAL)
    maximum = described(Raw, "The largest number.", keywords=OPTIONAL)
    mean = described(Raw, "The mean.", keywords=OPTIONAL)
    std = described(Raw, "The standard deviation, of the population.", keywords=OPTIONAL)


class DatasetSummary(Schema):
    """An uploaded file without its columns."""

    id = described(
        String,
        "The SHA-256 of the owner, the content's SHA-256, the media type and the reading options.",
    )
    name = described(String, "A name for people.")
    media_type = described(String, "What kind of file it is.")
    bytes = described(Integer, "Its size.")
    sha256 = described(String, "The SHA-256 of its content.")
    created_at = described(String, "When it was uploaded.", keywords=TIME)
    status = described(
        String,
        "Whether it can be used.",
        keywords={"enum": ["profiling", "ready", "failed"]},
    )
    error = described(String, "Why it cannot be used.", allow_none=True)
    links = described(Dict, "Paths to go on with.", keys=String(), values=String())


class StoredDataset(DatasetSummary):
    """An uploaded file; columns are known once it is ready."""

    options = described(
        Nested, "The reading options; omitted ones have their defaults.", OptionsSchema
    )
    rows = described(Integer, "How many samples it holds.", allow_none=True)
    read_as = described(List, "What was found out about its form.", String())
    renamed = described(
        Dict,
        "The text of the header for each column that has another name.",
        keys=String(),
        values=String(),
    )
    warnings = described(List, "What may have been read in another way than meant.", String())
    columns = described(List, "Its columns.", Nested(Column))
    first_rows = described(List, "Its first rows.", Raw())


class DatasetPage(Schema):
    """Uploaded files, newest first."""

    data = described(List, "The files.", Nested(DatasetSummary))
    next = described(String, "The cursor of the next page.", allow_none=True)


class Preview(Schema):
    """Samples as a network would see them."""

    features = described(List, "What the network sees of a sample.", String())
    input_shape = described(List, "The shape of a sample.", Integer())
    labels = described(Raw, "The labels, if the targets can be some.", allow_none=True)
    splits = described(Nested, "The parts of the data.", Splits)
    points = described(List, "Prepared samples of the training part.", Raw())
    targets = described(List, "Their targets as they are in the data.", Raw())
    warnings = described(List, "What the user should know.", String())
