"""The API's specification, completed: credentials, both forms of address, and the refusals."""

from typing import Any

from apiflask import APIFlask

from office.requests import LONGEST_KEY
from web.requests import API
from web.shapes import Problem, problems

#: Any address may name an office that is not there.
ALWAYS = problems(404)
#: Any change may bring a body that cannot be read, and a key that is too long or was used before.
OF_CHANGES = problems(400, 409, 413, 422)

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

TOKEN: dict[str, list[str]] = {"token": []}

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": LONGEST_KEY},
    "description": "The same key gives the same answer and no second effect for 24 hours",
}

SERVERS = [
    {"url": API, "description": "The only office"},
    {
        "url": f"{API}/offices/{{office}}",
        "description": "One of many offices",
        "variables": {"office": {"default": "office", "description": "The office's code"}},
    },
]


def init_app(app: APIFlask) -> None:
    """Let `app` tell its specification whole, as OpenAPI 3.1."""
    app.title = "Antrean"
    app.version = "1"
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        SPEC_FORMAT="json",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_200_RESPONSE=False,
        DESCRIPTION="The queue of a public service office. Refusals are RFC 9457 problems.",
        SECURITY_SCHEMES={"token": {"type": "http", "scheme": "bearer"}},
        INFO={"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
    )
    app.spec_processor(completed)


def completed(spec: Any) -> Any:
    """Return `spec` with what every operation has in common."""
    schemas = spec.setdefault("components", {}).setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    spec["paths"] = {
        path.removeprefix(API): operations for path, operations in spec["paths"].items()
    }
    spec["servers"] = SERVERS
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            needed = [TOKEN] if "401" in operation["responses"] else []
            operation.setdefault("security", needed)
            common = ALWAYS
            if method == "post":
                common = ALWAYS | OF_CHANGES
                operation.setdefault("parameters", []).append(KEY)
                _say_whether_a_body_is_needed(operation, schemas)
            for status, said in common.items():
                operation["responses"].setdefault(str(status), {"description": said})
            for status, response in operation["responses"].items():
                if status >= "400":
                    response["content"] = PROBLEM
    return spec


def _say_whether_a_body_is_needed(operation: Any, schemas: Any) -> None:
    if "requestBody" in operation:
        shape = operation["requestBody"]["content"]["application/json"]["schema"]
        named = schemas.get(shape.get("$ref", "").rpartition("/")[2], shape)
        operation["requestBody"]["required"] = "required" in named or "anyOf" in named
