"""Work for the processor, done aside so that the sockets of a single loop go on meanwhile."""

from collections.abc import Callable
from typing import TypeVar

from gevent import get_hub, monkey

Result = TypeVar("Result")


def aside(work: Callable[..., Result], *values: object) -> Result:
    """Return work(*values), computed on an OS thread of its own when one loop serves everybody."""
    if not monkey.is_module_patched("threading"):
        return work(*values)
    result: Result = get_hub().threadpool.apply(work, values)
    return result
