"""The doctor: says what is wrong with an installation, in words, and what to do about it.

Each check takes the settings and answers findings; none changes anything that stays.
"""

from trainlet.doctor.finding import Finding, Level
from trainlet.doctor.redis import look_at_redis
from trainlet.doctor.service import look_at_keys, look_at_machine, look_at_service
from trainlet.doctor.store import look_at_store
from trainlet.doctor.traces import look_at_traces

CHECKS = (
    look_at_machine,
    look_at_store,
    look_at_redis,
    look_at_keys,
    look_at_service,
    look_at_traces,
)

__all__ = ["CHECKS", "Finding", "Level"]
