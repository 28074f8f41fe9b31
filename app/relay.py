"""The relay: how several processes tell each other through Redis what their screens should hear.

The library's own manager waits for whatever Redis does. Here a Redis that is frozen holds up the
screens of this process by half a second at most, one that comes back is found within a second
whatever the time it was away, and it is known when this process is cut off.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from socketio import RedisManager

log = structlog.get_logger(__name__)

#: Seconds that Redis may take to answer, and after which one that did not is tried again.
PATIENCE = 0.5
AGAIN = 1.0
#: Of a connection that answers or fails at once: the library would try again for seconds.
AT_ONCE: dict[str, Any] = {
    "socket_connect_timeout": PATIENCE,
    "socket_timeout": PATIENCE,
    "retry": Retry(NoBackoff(), 0),
}
#: Of a connection on which nothing need ever come: a dead network is noticed within 15 seconds.
KEPT_ALIVE = {socket.TCP_KEEPIDLE: 6, socket.TCP_KEEPINTVL: 3, socket.TCP_KEEPCNT: 3}


class Relay(RedisManager):
    """Tells other processes, and hears from them."""

    def __init__(self, url: str) -> None:
        super().__init__(url, channel="flask-socketio")
        self._listening = False
        #: When (time.monotonic()) Redis may be told something again.
        self._told_again = 0.0
        #: What waits to be told in one message.
        self._bundle: list[dict[str, Any]] | None = None

    @property
    def cut_off(self) -> bool:
        """Whether this process may not hear of what others do, or they not of what it does."""
        return not self._listening or self._told_again > 0

    @contextmanager
    def together(self) -> Iterator[None]:
        """Tell the others in one message what is sent within the block, once it ends."""
        bundle: list[dict[str, Any]] = []
        self._bundle = bundle
        try:
            yield
        finally:
            self._bundle = None
            if bundle:
                self._publish(bundle)

    def _publish(self, data: dict[str, Any] | list[dict[str, Any]]) -> None:
        if self._bundle is not None and isinstance(data, dict):
            self._bundle.append(data)
            return
        if time.monotonic() < self._told_again:
            return
        try:
            if self.redis is None:
                self._redis_connect()
            self.redis.publish(self.channel, self.json.dumps(data))
        except redis.RedisError as error:
            if not self._told_again:
                log.warning("relay_untold", error=str(error)[:200])
            self._told_again = time.monotonic() + AGAIN
        else:
            self._told_again = 0.0

    def _listen(self) -> Iterator[dict[str, Any]]:
        for message in super()._listen():
            with suppress(ValueError):
                told = self.json.loads(message)
                yield from told if isinstance(told, list) else [told]

    def _redis_connect(self) -> None:
        self.redis = redis.Redis.from_url(self.redis_url, **AT_ONCE)

    def _redis_listen_with_retries(self) -> Iterator[dict[str, Any]]:
        while True:
            try:
                ears = redis.Redis.from_url(
                    self.redis_url,
                    **AT_ONCE,
                    socket_keepalive=True,
                    socket_keepalive_options=KEPT_ALIVE,
                )
                self.pubsub = ears.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
                self.pubsub.subscribe(self.channel)
                self._listening = True
                log.info("relay_listens")
                yield from self.pubsub.listen()
            except redis.RedisError as error:
                if self._listening:
                    log.warning("relay_cut_off", error=str(error)[:200])
            self._listening = False
            time.sleep(AGAIN)
