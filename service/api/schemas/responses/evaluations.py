"""Response schemas for evaluations."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String

from service.api.schemas.responses.fields import LABEL, METRIC, NUMBER, TIME, array, described
from service.api.schemas.responses.jobs import JobEpoch
from service.api.schemas.responses.models import ModelVersion


class Bin(Schema):
    """A calibration bin: predictions of similar confidence."""

    low = described(Raw, "Lower bound of the confidence.", keywords={"type": "number"})
    high = described(Raw, "Upper bound of the confidence.", keywords={"type": "number"})
    count = described(Integer, "Number of predictions.")
    confidence = described(
        Raw,
        "Mean confidence of the predictions; null if the bin is empty.",
        keywords={"type": ["number", "null"]},
    )
    accuracy = described(
        Raw,
        "Fraction of correct predictions; null if the bin is empty.",
        keywords={"type": ["number", "null"]},
    )


class Calibration(Schema):
    """Calibration of the predicted probabilities (Guo et al. 2017, section 2)."""

    expected_error = described(
        Raw,
        "Expected calibration error: mean of |accuracy − confidence|, weighted by predictions.",
        keywords={"type": "number"},
    )
    bins = described(List, "Bins of equal width from 0 to 1.", Nested(Bin))


class LabelScores(Schema):
    """One-versus-rest scores of a label."""

    label = described(Raw, "Class label.", keywords=LABEL)
    precision = described(Raw, "tp / (tp + fp); 0 if never predicted.", keywords={"type": "number"})
    recall = described(
        Raw, "tp / (tp + fn); 0 if no sample has the label.", keywords={"type": "number"}
    )
    f1 = described(Raw, "Harmonic mean of precision and recall.", keywords={"type": "number"})
    support = described(Integer, "Number of samples with the label.")
    auc = described(
        Raw, "Area under the ROC curve; null if undefined.", keywords={"type": ["number", "null"]}
    )


class WorstRow(Schema):
    """A row with a large prediction error."""

    row = described(Integer, "Row index in the source, from 0.")
    point = described(Raw, "Raw point, with the values of the data.", keywords=array({}))
    target = described(Raw, "True label, labels or values.")
    output = described(Raw, "Outputs of the network.", keywords=array(NUMBER))
    label = described(Raw, "Predicted label or labels; null for regression.")
    error = described(Raw, "Sum of squared errors over the units.", keywords=NUMBER)


class Evaluated(Schema):
    """Evaluation results of a model on the samples of a source."""

    model = described(Nested, "Name and version of the model.", ModelVersion, required=False)
    job = described(Nested, "Job and epoch of the network.", JobEpoch, required=False)
    rows = described(Integer, "Number of samples.")
    metrics = described(
        Dict, "Unweighted loss, and metrics.", keywords={"additionalProperties": METRIC}
    )
    labels = described(Raw, "Class labels, in order; null for regression.")
    confusion_matrix = described(
        Raw,
        (
            "Counts with a row per true label and a column per predicted label. For "
            "multilabel: one 2 × 2 matrix of absent and present per label. Null for regression."
        ),
    )
    per_label = described(
        List, "Scores of each label; null for regression.", Nested(LabelScores), allow_none=True
    )
    calibration = described(
        Nested,
        (
            "Calibration; null unless outputs are between 0 and 1. For multilabel, each label "
            "of each row counts."
        ),
        Calibration,
        allow_none=True,
    )
    worst = described(List, "Rows with the largest errors, largest first.", Nested(WorstRow))
    warnings = described(List, "Warnings about the data.", String())


class Evaluation(Schema):
    """An evaluation that a worker runs."""

    id = described(String, "SHA-256 of the request.")
    status = described(
        String,
        "Status of the evaluation.",
        keywords={"enum": ["queued", "running", "succeeded", "failed"]},
    )
    model = described(Nested, "Name and version of the model.", ModelVersion)
    created_at = described(String, "Time of the request.", keywords=TIME)
    finished_at = described(
        String,
        "Time when the evaluation finished; null until then.",
        allow_none=True,
        keywords=TIME,
    )
    error = described(String, "Reason for the failure; null if it did not fail.", allow_none=True)
    result = described(
        Nested, "Results; null until the evaluation succeeds.", Evaluated, allow_none=True
    )
    asked = described(Dict, "Request with every default.")
    links = described(Dict, "Paths of related resources.", keys=String(), values=String())
