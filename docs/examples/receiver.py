"""A receiver of Antrean's webhooks, with Python alone: checks the signature, keeps what is new.

Run it with the key that the page "Other programs" showed once:

    ANTREAN_KEY=... python receiver.py 8080
"""

import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

#: Seconds for which a message is good; one older was perhaps sent again by somebody else.
GOOD = 300


def is_genuine(key: str, header: str, body: bytes, now: float) -> bool:
    """Say whether `body` was signed by the office, a short while ago."""
    signed = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    seconds = signed.get("t", "0")
    expected = hmac.new(key.encode(), f"{seconds}.".encode() + body, "sha256").hexdigest()
    fresh = seconds.isdecimal() and abs(now - int(seconds)) < GOOD
    return fresh and hmac.compare_digest(expected, signed.get("v1", ""))


class Receiver(BaseHTTPRequestHandler):
    """Prints each change once: what is sent twice has a version that was there already."""

    key = ""
    newest = 0

    def do_POST(self) -> None:
        """Take what is sent; only an answer of 200 to 299 means that it need not come again."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not is_genuine(self.key, self.headers.get("Antrean-Signature", ""), body, time.time()):
            self.send_response(403)
            self.end_headers()
            return
        for change in json.loads(body)["changes"]:
            if change["version"] > Receiver.newest:
                print(change["at"], change["kind"], change.get("label", ""), flush=True)
                Receiver.newest = change["version"]
        self.send_response(204)
        self.end_headers()


if __name__ == "__main__":
    Receiver.key = os.environ["ANTREAN_KEY"]
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
