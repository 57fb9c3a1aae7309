"""Evaluations."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import LABEL, METRIC, NUMBER, TIME, array, described
from service.api.schemas.answers.jobs import JobEpoch
from service.api.schemas.answers.models import ModelVersion


class Bin(Schema):
    """Answers of about the same confidence."""

    low = described(Raw, "From this confidence on.", keywords={"type": "number"})
    high = described(Raw, "To this one.", keywords={"type": "number"})
    count = described(Integer, "How many answers.")
    confidence = described(Raw, "Their mean confidence.", keywords={"type": ["number", "null"]})
    accuracy = described(Raw, "How many of them are right.", keywords={"type": ["number", "null"]})


class Calibration(Schema):
    """Whether answers are right as often as their outputs say (Guo et al. 2017, section 2)."""

    expected_error = described(
        Raw, "Mean of |accuracy − confidence|, by answers.", keywords={"type": "number"}
    )
    bins = described(List, "Bins of equal width from 0 to 1.", Nested(Bin))


class LabelScores(Schema):
    """Scores of one label against the rest."""

    label = described(Raw, "The label.", keywords=LABEL)
    precision = described(Raw, "tp / (tp + fp); 0 if never predicted.", keywords={"type": "number"})
    recall = described(Raw, "tp / (tp + fn); 0 if no sample has it.", keywords={"type": "number"})
    f1 = described(Raw, "Harmonic mean of both.", keywords={"type": "number"})
    support = described(Integer, "Number of samples that have the label.")
    auc = described(
        Raw, "Area under the ROC curve; null if undefined.", keywords={"type": ["number", "null"]}
    )


class WorstRow(Schema):
    """A row that the model is far off."""

    row = described(Integer, "Its place in the source, from 0.")
    point = described(Raw, "The raw point, in the words of the data.", keywords=array({}))
    target = described(Raw, "The true label, labels or values.")
    output = described(Raw, "What the network said.", keywords=array(NUMBER))
    label = described(Raw, "The predicted label or labels; null for values.")
    error = described(Raw, "Sum of squared differences over the units.", keywords=NUMBER)


class Evaluated(Schema):
    """How good a model is on the samples of a source."""

    model = described(Nested, "Which model it is.", ModelVersion, required=False)
    job = described(Nested, "Which job, after which epoch.", JobEpoch, required=False)
    rows = described(Integer, "How many samples.")
    metrics = described(
        Dict, "The loss, unweighted, and metrics.", keywords={"additionalProperties": METRIC}
    )
    labels = described(Raw, "The labels, in order; null for regression.")
    confusion_matrix = described(
        Raw,
        "Counts: a row for each true label, a column for each predicted label. For multilabel: for"
        " each label the 2 × 2 matrix of absent and present. Null for regression.",
    )
    per_label = described(
        List, "Scores of each label; null for regression.", Nested(LabelScores), allow_none=True
    )
    calibration = described(
        Nested,
        "Null unless outputs are from 0 to 1; for multilabel each label of each row counts.",
        Calibration,
        allow_none=True,
    )
    worst = described(List, "The rows furthest off, worst first.", Nested(WorstRow))
    warnings = described(List, "What the user should know.", String())


class Evaluation(Schema):
    """An evaluation that was handed to a worker."""

    id = described(String, "The SHA-256 of what was asked.")
    status = described(
        String, "How far it is.", keywords={"enum": ["queued", "running", "succeeded", "failed"]}
    )
    model = described(Nested, "Which model it is.", ModelVersion)
    created_at = described(String, "When it was asked for.", keywords=TIME)
    finished_at = described(String, "When it ended.", allow_none=True, keywords=TIME)
    error = described(String, "Why it failed.", allow_none=True)
    result = described(Nested, "What was found, once it succeeded.", Evaluated, allow_none=True)
    asked = described(Dict, "What was asked, with every default.")
    links = described(Dict, "Paths to go on with.", keys=String(), values=String())
