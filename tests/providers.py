"""A provider of OpenID Connect on loopback, with real keys and a page to sign in, and its faults.

It signs by itself, with the library of cryptography alone, so that what reads its tokens is not
what wrote them.
"""

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus, urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask, Response, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.serving import make_server

CLIENT, SECRET = "antrean", "kata sandi klien: 100 % rahasia"
PAGE = """<!doctype html><html lang="id"><title>Akun Kabupaten</title>
<form method="post"><label>Nama <input name="name"></label><button>Masuk</button></form></html>"""

Spoil = Callable[[dict[str, Any], dict[str, Any]], None]


def encoded(value: bytes) -> str:
    """Return bytes as JSON web tokens hold them."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def as_bytes(number: int) -> bytes:
    """Return a number as keys hold them."""
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


class TestingProvider:
    """One provider; whoever is named on its page is let in without a password."""

    __test__ = False

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        #: Changes the header and the claims of a token before it is signed.
        self.spoil: Spoil = lambda _header, _claims: None
        #: What it says of a person beside the name.
        self.more: dict[str, Any] = {}
        #: How often each of its addresses was asked.
        self.asked: dict[str, int] = {}
        #: What is signed by another key than the one it shows.
        self.forged = False
        self.basic = True
        self._keys: list[tuple[str, RSAPrivateKey]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self.rotate()
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}/realms/kabupaten"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def rotate(self) -> None:
        """Sign by a new key from now on, and forget the old one."""
        self._keys = [(secrets.token_hex(4), generate_private_key(65537, 2048))]

    def close(self) -> None:
        """Die."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def settings(self) -> dict[str, str]:
        """Return what an installation is told of it."""
        return {
            "oidc_issuer": self.url,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_name": "Akun Kabupaten",
        }

    def _app(self) -> Flask:
        app = Flask("provider")
        root = "/realms/kabupaten"

        @app.before_request
        def count() -> None:
            name = request.path.rpartition("/")[2]
            self.asked[name] = self.asked.get(name, 0) + 1

        app.add_url_rule(f"{root}/.well-known/openid-configuration", view_func=self._discovery)
        app.add_url_rule(f"{root}/keys", view_func=self._jwks)
        app.add_url_rule(f"{root}/auth", view_func=self._authorize, methods=["GET", "POST"])
        app.add_url_rule(f"{root}/token", view_func=self._token, methods=["POST"])
        app.add_url_rule(f"{root}/logout", view_func=self._logout)
        return app

    def _discovery(self) -> Response:
        ways = ["client_secret_basic"] if self.basic else ["client_secret_post"]
        return jsonify(
            issuer=self.url,
            authorization_endpoint=f"{self.url}/auth",
            token_endpoint=f"{self.url}/token",
            jwks_uri=f"{self.url}/keys",
            end_session_endpoint=f"{self.url}/logout",
            token_endpoint_auth_methods_supported=ways,
            id_token_signing_alg_values_supported=["RS256", "none"],
        )

    def _jwks(self) -> Response:
        shown = []
        for kid, key in self._keys:
            numbers = key.public_key().public_numbers()
            n, e = (encoded(as_bytes(each)) for each in (numbers.n, numbers.e))
            shown.append({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "n": n, "e": e})
        # Keys of kinds that are not asked about stand beside them at many providers.
        return jsonify(keys=[*shown, {"kty": "future", "kid": "x"}])

    def _authorize(self) -> ResponseReturnValue:
        asked = request.args
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        assert "openid" in asked["scope"].split() and asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"].endswith("/sign-in/provider/back")
        if request.method == "GET":
            return PAGE
        code = secrets.token_urlsafe(16)
        self._codes[code] = {**asked.to_dict(), "name": request.form["name"]}
        back = {"code": code, "state": asked["state"], "iss": self.url}
        return redirect(f"{asked['redirect_uri']}?{urlencode(back)}")

    def _token(self) -> ResponseReturnValue:
        form = request.form
        known = self._codes.pop(form["code"], None)
        challenge = encoded(sha256(form["code_verifier"].encode()).digest())
        if self._client() != (CLIENT, SECRET):
            return {"error": "invalid_client"}, 401
        if (
            known is None
            or known["redirect_uri"] != form["redirect_uri"]
            or known["code_challenge"] != challenge
        ):
            return {"error": "invalid_grant"}, 400
        now = int(self.now())
        claims = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": sha256(known["name"].encode()).hexdigest()[:16],
            "iat": now,
            "exp": now + 300,
            "nonce": known["nonce"],
            "preferred_username": known["name"],
            **self.more,
        }
        token = self._signed(claims)
        return {"access_token": "none", "token_type": "Bearer", "id_token": token}

    def _client(self) -> tuple[str, str]:
        if not self.basic:
            return request.form["client_id"], request.form["client_secret"]
        pair = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
        who, _, secret = pair.partition(":")
        return unquote_plus(who), unquote_plus(secret)

    def _signed(self, claims: dict[str, Any]) -> str:
        kid, key = self._keys[-1]
        if self.forged:
            key = generate_private_key(65537, 2048)
        header = {"alg": "RS256", "kid": kid}
        self.spoil(header, claims)
        told = ".".join(encoded(json.dumps(each).encode()) for each in (header, claims))
        if header["alg"] == "none":
            return f"{told}."
        return f"{told}.{encoded(key.sign(told.encode(), PKCS1v15(), SHA256()))}"

    def _logout(self) -> ResponseReturnValue:
        assert request.args["client_id"] == CLIENT
        return redirect(request.args["post_logout_redirect_uri"])
