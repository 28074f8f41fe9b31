"""What keeps pages safe: CSRF checks for cookies, the content policy, and answers not kept."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from flask import Flask, Response, request, session
from flask_wtf.csrf import CSRFProtect

from web.access import bearer

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

SAFE = {"GET", "HEAD", "OPTIONS"}

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

#: For a year browsers ask this host over HTTPS only (RFC 6797), where it is served so at all.
HTTPS_ONLY = "max-age=31536000; includeSubDomains"

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def embeddable(answer: Response) -> Response:
    """Let other sites show a public page within theirs; it holds no form and knows no cookie."""
    answer.headers["Content-Security-Policy"] = POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors *"
    )
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def by_secret(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Mark a view whose address holds the credential: no cookie counts, so none can be abused."""
    view.by_secret = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Check unsafe requests that a cookie vouches for, and put the safety headers on answers."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf = CSRFProtect(app)

    @app.before_request
    def check_origin() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if request.method in SAFE or bearer(request) or view is None:
            return
        if getattr(view, "by_secret", False):
            return
        if session or not request.path.startswith("/api/"):
            csrf.protect()

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.config["SESSION_COOKIE_SECURE"]:
            response.headers["Strict-Transport-Security"] = HTTPS_ONLY
        if "frame-ancestors 'none'" not in response.headers["Content-Security-Policy"]:
            # An old header that would forbid what the policy of this page allows.
            del response.headers["X-Frame-Options"]
        if not request.path.startswith("/static/") and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def kept_key(folder: Path) -> str:
    """Return this installation's signing key, made once, readable by its owner alone."""
    file = folder / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    return file.read_text(encoding="ascii").strip()
