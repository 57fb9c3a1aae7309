"""The doctor: says what is wrong with an installation, in words, and what to do about it.

Each check takes the settings and answers findings; none changes anything that stays.
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
