"""Makes the pages' templates ready once the server serves, so that no visitor waits for it.

The first to open a page would else wait 20 to 40 ms, and with them whoever is called meanwhile.
"""

import time

import structlog
from flask import Flask

log = structlog.get_logger(__name__)

#: Seconds before the first: a server that starts has better things to do.
FIRST = 5.0
#: For so many times as long as one took none is made, so that one call in a hundred may meet one.
BREATH = 100


def run(app: Flask) -> None:
    """Make all templates ready, one by one, and end."""
    time.sleep(FIRST)
    for name in app.jinja_env.list_templates(extensions=["html"]):
        began = time.perf_counter()
        try:
            app.jinja_env.get_template(name)
        except Exception:
            log.exception("page_not_warm", template=name)
        time.sleep(BREATH * (time.perf_counter() - began))
