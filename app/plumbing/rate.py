"""How often something may be done; Redis counts, and without it nobody is refused."""

import time

from redis.exceptions import RedisError

from app.plumbing import queue


def allows(name: str, most: int, seconds: int) -> bool:
    """Count one more of ``name`` in this window of ``seconds``; False when it is too many."""
    window = f"rate:{name}:{int(time.time()) // seconds}"
    try:
        with queue.redis().pipeline() as line:
            line.incr(window)
            line.expire(window, 2 * seconds)
            return int(line.execute()[0]) <= most
    except RedisError:
        return True
