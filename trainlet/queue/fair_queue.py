"""Shares: of those who wait in one list, callers are served in turn, whoever asked for more.

A delivery is given the number of a turn: its caller's last one and one more, but none that has
passed. A list is kept in the order of turns, so of two callers with many jobs each is served
every other time. It is fair queueing (Demers, Keshav and Shenker, 1989) with all jobs of one size.
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
    """The turns of the deliveries in lists of Redis."""

    def __init__(self, redis: Redis, lists: tuple[str, ...]) -> None:
        self._redis = redis
        self._lists = lists
        self._place = redis.register_script(PLACE)

    def place(self, key: str, delivery: str, caller: str) -> None:
        """Move a delivery from the end of a list to where its caller's turn is."""
        self._place(keys=[key, _turns(key), _callers(key)], args=[delivery, caller, TTL_SECONDS])

    def forget(self, delivery: str) -> None:
        """Drop the turn of a delivery that waits no more."""
        with self._redis.pipeline(transaction=False) as pipeline:
            for key in self._lists:
                pipeline.hdel(_turns(key), delivery)
            pipeline.execute()


def _turns(key: str) -> str:
    return f"trainlet:turns:{key}"


def _callers(key: str) -> str:
    return f"trainlet:callers:{key}"
