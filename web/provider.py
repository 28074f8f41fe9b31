"""The provider of single sign-on: OpenID Connect Core 1.0, the authorization code flow with PKCE.

Nothing here knows an account: it ends with the claims of an id token that holds in every point of
OpenID Connect Core section 3.1.3.7.
"""

import json
import secrets
import urllib.error
import urllib.request
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from http.client import HTTPException
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from office.errors import Forbidden, OfficeError
from office.people import fingerprint
from web.outside import opener

#: Seconds that the provider may be silent.
PATIENCE = 5.0
#: Bytes of the largest answer that is read.
LARGEST = 256 * 1024
#: Letters of the longest claim that can hold a name: an e-mail address (RFC 5321).
LONGEST = 320
#: Letters of the longest subject (OpenID Connect Core section 2).
LONGEST_SUBJECT = 255
#: How long what the provider says of itself, and its keys, are taken for true.
FRESH = timedelta(hours=1)
#: By how many seconds two clocks may differ.
LEEWAY = 60
#: Signatures by a key that only the provider has; never "none", never the client's secret.
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
KEY_TYPES = ("RSA", "EC")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
#: What the provider is asked for: who it is, and the claims that can hold the name.
SCOPE = "openid profile email"


class ProviderAway(OfficeError):
    """The provider does not answer, or not as OpenID Connect has it."""

    code = "single_sign_on_away"


class SignOnFailed(Forbidden):
    """What came back from the provider does not hold; `why` is for the log."""

    code = "single_sign_on_failed"


class PersonUnknown(Forbidden):
    """The provider knows the person, but no open account here has that name."""

    code = "single_sign_on_unknown"


@dataclass(frozen=True)
class Client:
    """What this installation is to the provider, and what it reads there."""

    issuer: str
    client_id: str
    client_secret: str
    #: The claim that holds the account name.
    claim: str
    #: What follows the @ in that claim and is no part of the account name; empty: nothing does.
    domain: str
    #: What people call the provider.
    name: str


@dataclass(frozen=True)
class Attempt:
    """One try to sign in: what binds the provider's answer to the browser that asked."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Attempt":
        """Return an attempt that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @property
    def challenge(self) -> str:
        """What is told of the verifier beforehand (RFC 7636, method S256)."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


class Provider:
    """One provider; what it says of itself is asked for when it is needed, and kept a while."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._told: dict[str, Any] = {}
        self._told_at: datetime | None = None
        self._keys: Sequence[Any] = ()

    def door(self, attempt: Attempt, back: str, language: str, now: datetime) -> str:
        """Return where the browser signs in; it comes back to `back`. Raises ProviderAway."""
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": back,
            "scope": SCOPE,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
            "ui_locales": language,
        }
        return _with(self._metadata(now)["authorization_endpoint"], asked)

    def way_out(self, back: str, now: datetime) -> str | None:
        """Return where the browser signs out of the provider, too, where it says so.

        OpenID Connect RP-Initiated Logout 1.0.
        """
        try:
            end = self._metadata(now).get("end_session_endpoint")
        except ProviderAway:
            return None
        asked = {"client_id": self.client.client_id, "post_logout_redirect_uri": back}
        return _with(end, asked) if end else None

    def claims(
        self, attempt: Attempt, code: str, back: str, issuer: str | None, now: datetime
    ) -> Mapping[str, Any]:
        """Return what the provider says of whoever came back with `code`.

        `issuer` is who gave the code, where the browser was told (RFC 9207). Raises ProviderAway or
        SignOnFailed.
        """
        metadata = self._metadata(now)
        if issuer not in (None, metadata["issuer"]):
            raise SignOnFailed(why="issuer")
        token = self._spend(metadata, attempt, code, back).get("id_token")
        if not isinstance(token, str):
            raise SignOnFailed(why="no_id_token")
        return self._verified(token, metadata, attempt.nonce, now)

    def account_name(self, claims: Mapping[str, Any]) -> str:
        """Return the account name that the claims hold. Raises SignOnFailed or PersonUnknown."""
        value = claims.get(self.client.claim)
        if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= LONGEST:
            raise SignOnFailed(why="no_claim")
        if self.client.claim == "email" and claims.get("email_verified") is not True:
            raise SignOnFailed(why="email_not_verified")
        if not self.client.domain:
            return value
        name, _, domain = value.partition("@")
        if domain.lower() != self.client.domain.lower():
            raise PersonUnknown(name=value)
        return name

    def subject(self, claims: Mapping[str, Any]) -> str:
        """Return what stands for the person, whatever they are called: of issuer and subject.

        Raises SignOnFailed.
        """
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise SignOnFailed(why="sub")
        return fingerprint(f"{claims['iss']} {subject}")

    def _metadata(self, now: datetime) -> dict[str, Any]:
        """Return what the provider says of itself (OpenID Connect Discovery 1.0 section 4)."""
        if self._told_at is None or not timedelta(0) <= now - self._told_at < FRESH:
            told = _asked(f"{self.client.issuer.rstrip('/')}/.well-known/openid-configuration")
            if str(told.get("issuer")).rstrip("/") != self.client.issuer.rstrip("/"):
                raise ProviderAway(why="issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not is_safe(told.get(name)):
                    raise ProviderAway(why=name)
            if not is_safe(told.get("end_session_endpoint")):
                told.pop("end_session_endpoint", None)
            self._keys = _keys_of(told)
            self._told, self._told_at = told, now
        return self._told

    def _spend(
        self, metadata: Mapping[str, Any], attempt: Attempt, code: str, back: str
    ) -> dict[str, Any]:
        """Return what the provider gives for the code (OpenID Connect Core section 3.1.3)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": attempt.verifier,
        }
        headers = {}
        who, secret = self.client.client_id, self.client.client_secret
        # Basic is what a provider does that does not say (Discovery section 3).
        if "client_secret_basic" in metadata.get(
            "token_endpoint_auth_methods_supported", ("client_secret_basic",)
        ):
            pair = f"{quote_plus(who)}:{quote_plus(secret)}".encode()
            headers["Authorization"] = f"Basic {b64encode(pair).decode()}"
        else:
            form |= {"client_id": who, "client_secret": secret}
        return _asked(metadata["token_endpoint"], urlencode(form).encode(), headers)

    def _verified(
        self, token: str, metadata: Mapping[str, Any], nonce: str, now: datetime
    ) -> Mapping[str, Any]:
        # These bring a library of cryptography along, which only this needs.
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        def opened(keys: Sequence[Any]) -> dict[str, Any]:
            key_set = KeySet.import_key_set({"keys": list(keys)})
            return jwt.decode(token, key_set, algorithms=SIGNED).claims

        try:
            try:
                claims = opened(self._keys)
            except (JoseError, ValueError):
                # Its keys may have changed since they were asked for (Core section 10.1.1).
                self._keys = _keys_of(metadata)
                claims = opened(self._keys)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": metadata["issuer"]},
                aud={"essential": True, "value": self.client.client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as wrong:
            raise SignOnFailed(why=getattr(wrong, "error", "") or type(wrong).__name__) from wrong
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.client.client_id) != self.client.client_id:
            raise SignOnFailed(why="azp")
        return claims


def is_safe(address: object) -> bool:
    """Say whether an address is one over HTTPS, or of this machine itself."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


def _keys_of(metadata: Mapping[str, Any]) -> Sequence[Any]:
    """Return the public keys by which the provider signs."""
    keys = _asked(metadata["jwks_uri"]).get("keys")
    return [
        key
        for key in (keys if isinstance(keys, list) else ())
        if isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"
    ]


def _with(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _asked(
    address: str, form: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the JSON object that an address answers with. Raises ProviderAway or SignOnFailed.

    What the provider refuses is a sign-in that failed; whatever else goes wrong is its absence.
    """
    sent = {"Accept": "application/json", "User-Agent": "Antrean", **(headers or {})}
    try:
        with opener.open(urllib.request.Request(address, form, sent), timeout=PATIENCE) as answer:
            told = json.loads(answer.read(LARGEST))
    except urllib.error.HTTPError as refused:
        refused.close()
        if form is not None and refused.code in (400, 401, 403):
            raise SignOnFailed(why=f"HTTP {refused.code}") from None
        raise ProviderAway(why=f"HTTP {refused.code}") from None
    except (OSError, HTTPException, ValueError) as away:
        why = type(getattr(away, "reason", away)).__name__
        raise ProviderAway(why=why) from None
    if not isinstance(told, dict):
        raise ProviderAway(why="no object")
    return told
