"""Errors as people and programs get them: RFC 9457 problem documents, or a plain page."""

import time
from typing import Any

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response, json, render_template, request, session
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from office.errors import Conflict, Forbidden, Gone, Invalid, OfficeError, Unknown
from storage.engine import is_away
from web.access import CredentialsInvalid, CredentialsMissing
from web.forms import page_before
from web.house import house
from web.limits import limiter
from web.refusals import by_field, sentence

log = structlog.get_logger(__name__)

STATUSES: tuple[tuple[type[OfficeError], int], ...] = (
    (Unknown, 404),
    (Gone, 410),
    (Conflict, 409),
    (Forbidden, 403),
    (Invalid, 422),
    (CredentialsMissing, 401),
    (CredentialsInvalid, 401),
)

CODES = {
    400: "json_malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "json_malformed",
    422: "input_invalid",
    429: "too_many_requests",
    503: "unavailable",
}

TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    413: "Content too large",
    422: "Unprocessable content",
    429: "Too many requests",
    500: "Internal server error",
    503: "Service unavailable",
    504: "Gateway timeout",
}


#: How SQLite and PostgreSQL say that nothing more can be written.
DISK_FULL = ("disk is full", "No space left", "disk I/O error")


def init_app(app: APIFlask) -> None:
    """Answer every error of `app` as a problem document or, to a browser, as a page."""
    # a slash too many at the end is no error
    app.url_map.strict_slashes = False

    @app.errorhandler(OfficeError)
    def refused(error: OfficeError) -> Response:
        status = status_of(error)
        if status in (401, 403):
            _kept_out(error.code)
        return answer(status, error.code, error.facts)

    @app.error_processor
    def unprocessed(error: HTTPError) -> Any:
        if error.status_code == 422:
            found = error.detail.get("json") or error.detail.get("query") or error.detail
            fields = {"body" if key == "_schema" else key: said for key, said in found.items()}
            return answer(422, "input_invalid", {"fields": fields})
        return answer(error.status_code, CODES.get(error.status_code, "refused"), {})

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Response:
        _kept_out("csrf_failed")
        return answer(400, "csrf_failed", {})

    @app.errorhandler(RateLimitExceeded)
    def too_many(error: RateLimitExceeded) -> Response:
        _kept_out("too_many_requests")
        refusal = answer(429, "too_many_requests", {})
        limit = limiter.current_limit
        if limit is not None:
            refusal.retry_after = max(limit.reset_at - int(time.time()), 1)
        return refusal

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(error.get_response().data, status, dict(error.get_headers()))
        if status == 405 and request.method == "GET" and wants_page():
            before = page_before(app)
            if before is not None:
                return app.make_response(before)
        refusal = answer(status, CODES.get(status, "refused"), {})
        if isinstance(error, MethodNotAllowed) and error.valid_methods:
            refusal.allow.update(error.valid_methods)
        return refusal

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def busy(error: Exception) -> Response:
        said = str(error.__cause__ or error)
        log.error("database_unavailable", error=said[:200])
        if is_away(error):
            # told apart, since another process may reach the database: nginx asks it next time
            return answer(504, "unavailable", {})
        full = any(each in said for each in DISK_FULL)
        return answer(503, "disk_full" if full else "unavailable", {})

    @app.errorhandler(RecursionError)
    def too_deep(_error: RecursionError) -> Response:
        # JSON within JSON within JSON: nothing here is so deep, and its traceback would be, too
        log.warning("too_deep")
        return answer(400, "json_malformed", {})

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        if request.blueprint in house().unlogged:
            log.error("unhandled_error", error=type(error).__name__)
        else:
            log.exception("unhandled_error", endpoint=request.endpoint)
        return answer(500, "server_error", {})


def _kept_out(code: str) -> None:
    """Log that somebody was refused for who they are; no address, which may hold a secret."""
    account = session.get("account", {}).get("id")
    unlogged = request.blueprint in house().unlogged
    endpoint = None if unlogged else request.endpoint
    log.warning("kept_out", code=code, endpoint=endpoint, account=account)


def status_of(error: OfficeError) -> int:
    """Return the HTTP status of a refusal."""
    return next((status for kind, status in STATUSES if isinstance(error, kind)), 400)


def answer(status: int, code: str, facts: dict[str, Any]) -> Response:
    """Return the refusal in the shape the asker reads."""
    detail = sentence(code, facts)
    if wants_page():
        return Response(
            render_template(
                "web/error.html",
                status=status,
                code=code,
                detail=detail,
                offices=facts.get("offices", {}),
            ),
            status,
        )
    said = by_field(code, facts)
    problem = {
        **facts,
        **({"said": said} if said else {}),
        "type": f"urn:antrean:problem:{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
        "code": code,
    }
    if "status" in facts:
        problem["ticket_status"] = facts["status"]
    response = Response(json.dumps(problem), status, content_type="application/problem+json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def wants_page() -> bool:
    """Say whether a browser asked for a page."""
    return not request.path.startswith("/api/") and (
        request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
    )
