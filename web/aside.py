"""Work for the processor, done aside so that the sockets of a single loop go on meanwhile."""

from collections.abc import Callable
from typing import TypeVar, cast

from gevent import get_hub, monkey

Result = TypeVar("Result")


def aside(work: Callable[..., Result], *values: object) -> Result:
    """Return work(*values), computed on an OS thread of its own when one loop serves everybody."""
    if not monkey.is_module_patched("threading"):
        return work(*values)

    def tried() -> tuple[Result | None, Exception | None]:
        """Let what goes wrong be told here: the pool writes it into the log as a fault."""
        try:
            return work(*values), None
        except Exception as error:
            return None, error

    result, wrong = get_hub().threadpool.apply(tried)
    if wrong is not None:
        raise wrong
    return cast(Result, result)
