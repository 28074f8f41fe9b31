"""The entry of a WSGI server that runs several processes: `gunicorn -k gevent app.wsgi:app`."""

import os

from app.factory import configure_log, create_app, start_background, tell_first
from app.server import mend_websocket
from app.settings import load

settings = load(dict(os.environ))
configure_log(settings.log_level)
mend_websocket()
app = create_app(settings)
pulse = start_background(app)
tell_first(app, settings.public_url or "http://SERVER")
