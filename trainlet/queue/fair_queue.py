"""Fair queueing of jobs between principals (Demers, Keshav and Shenker, 1989).

A delivery gets a turn number: its principal's last one plus one, but at least that of the head of
the queue. The list is sorted by turn, so two principals with many jobs alternate. All jobs count as
equally large.
"""

from __future__ import annotations

from redis import Redis

TTL_SECONDS = 86_400

PLACE = """
if redis.call('LREM', KEYS[1], -1, ARGV[1]) == 0 then return 0 end
local length = redis.call('LLEN', KEYS[1])
if length == 0 then redis.call('DEL', KEYS[2], KEYS[3]) end
local function turn(place)
  local delivery = redis.call('LINDEX', KEYS[1], place)
  return tonumber(delivery and redis.call('HGET', KEYS[2], delivery) or 0) or 0
end
local last = tonumber(redis.call('HGET', KEYS[3], ARGV[2]) or -1) or -1
local own = math.max(last + 1, length > 0 and turn(0) or 0)
local low, high = 0, length
while low < high do
  local middle = math.floor((low + high) / 2)
  if turn(middle) > own then high = middle else low = middle + 1 end
end
if low == length then
  redis.call('RPUSH', KEYS[1], ARGV[1])
else
  redis.call('LINSERT', KEYS[1], 'BEFORE', redis.call('LINDEX', KEYS[1], low), ARGV[1])
end
redis.call('HSET', KEYS[2], ARGV[1], own)
redis.call('HSET', KEYS[3], ARGV[2], own)
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[3])
return 1
"""


class FairQueue:
    """Turn numbers of the deliveries in Redis lists."""

    def __init__(self, redis: Redis, lists: tuple[str, ...]) -> None:
        self._redis = redis
        self._lists = lists
        self._place = redis.register_script(PLACE)

    def place(self, key: str, delivery: str, caller: str) -> None:
        """Move a delivery from the end of a list to its principal's turn."""
        self._place(keys=[key, _turns(key), _callers(key)], args=[delivery, caller, TTL_SECONDS])

    def forget(self, delivery: str) -> None:
        """Drop the turn number of a delivery that is no longer queued."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for key in self._lists:
                pipeline.hdel(_turns(key), delivery)
            pipeline.execute()


def _turns(key: str) -> str:
    return f"trainlet:turns:{key}"


def _callers(key: str) -> str:
    return f"trainlet:callers:{key}"
