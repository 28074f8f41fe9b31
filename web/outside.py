"""Asking other servers: nothing follows a redirect, and no proxy of the machine is used."""

import urllib.request
from typing import Any


class NoDetours(urllib.request.HTTPRedirectHandler):
    """What is meant for one address is sent to no other."""

    def redirect_request(self, *_given: Any) -> None:
        """Follow nothing; the answer is then a failure."""


opener = urllib.request.build_opener(NoDetours, urllib.request.ProxyHandler({}))
