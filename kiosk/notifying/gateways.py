"""Whether a gateway for messages can be used: its address makes sense, and its server answers."""

import socket
import warnings
from urllib.parse import urlsplit

#: Seconds that a server gets to answer.
PATIENCE = 5.0
#: Schemes of apprise that name the office's own server.
OWN_SERVERS = {"json", "form", "xml"}
#: An address of each kind has these digits in it, so that a gateway can be made at all.
SOMEBODY = "6281200000000"


def check_gateway(setting: str) -> str | None:
    """Return what is wrong with a gateway, an apprise address with "{address}": nothing if fine.

    The codes are address_invalid and offline; nothing is sent.
    """
    somebody = f"{SOMEBODY}@example.id" if setting.startswith("mailto") else SOMEBODY
    with warnings.catch_warnings():
        # it loads modules that Python is about to drop, and for half a second
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise

        gateway = Apprise.instantiate(setting.replace("{address}", somebody))
    if gateway is None:
        return "address_invalid"
    host, port = _server_of(gateway, setting.partition("://")[0])
    if host is None:
        return None
    try:
        with socket.create_connection((host, port), timeout=PATIENCE):
            return None
    except OSError:
        return "offline"


def _server_of(gateway: object, scheme: str) -> tuple[str | None, int]:
    """Return the host and port that apprise will speak to, as far as they can be told.

    What it calls the host of a telephone's gateway may be a number.
    """
    fixed = urlsplit(str(getattr(gateway, "notify_url", "") or ""))
    host = getattr(gateway, "smtp_host", None) or fixed.hostname
    if scheme.removesuffix("s") in OWN_SERVERS:
        host = getattr(gateway, "host", None)
    usual = 443 if getattr(gateway, "secure", False) or fixed.scheme == "https" else 80
    return host, int(getattr(gateway, "port", None) or usual)
