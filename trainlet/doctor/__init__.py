"""Diagnosis of an installation, with advice for each problem.

Each check takes the settings and yields findings. No check changes anything permanently.
"""

from trainlet.doctor.finding import Finding, Level
from trainlet.doctor.redis import check_redis
from trainlet.doctor.service import check_keys, check_machine, check_service
from trainlet.doctor.store import check_store
from trainlet.doctor.traces import check_traces

CHECKS = (
    check_machine,
    check_store,
    check_redis,
    check_keys,
    check_service,
    check_traces,
)

__all__ = ["CHECKS", "Finding", "Level"]
