"""Settings of one installation: read once, from the environment and a TOML file, then frozen."""

import json
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from office.notifying import Way
from storage.engine import sqlite_url
from web.provider import is_safe

PREFIX = "ANTREAN_"
#: The file read from the data folder.
FILE = "antrean.toml"
#: Settings whose values are never told.
SECRETS = ("notify", "oidc_client_secret", "metrics_token")
#: Variables of the commands that are not settings of the server.
OTHERS = {"ANTREAN_TOKENS", "ANTREAN_SAMPLES"}


class SettingsWrong(Exception):
    """A key is unknown or its value is not right; the message names it."""


class Settings(BaseSettings):
    """Every setting; each may be given as ANTREAN_<NAME> or as a key of antrean.toml."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    data: Path = Field(Path("instance"), description="Folder of this installation's files")
    database: str = Field("", description="Database address; empty: SQLite in the data folder")
    redis: str = Field("", description="Redis address, needed when several processes serve")
    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on")
    public_url: str = Field("", description="Address of the server as phones reach it")
    proxies: int = Field(0, ge=0, le=5, description="Trusted reverse proxies in front")
    secure_cookies: bool = Field(False, description="Send cookies over HTTPS only")
    printer: str = Field(
        "none", description="Where slips are printed, such as tcp://10.0.0.9:9100?width=58"
    )
    notify: dict[Way, str] = Field(
        default_factory=dict,
        repr=False,
        description="Gateways for messages to visitors: apprise addresses with {address}, by way",
    )
    backups: Path | None = Field(None, description="Folder of backups; empty: in the data folder")
    backups_kept: int = Field(14, ge=0, le=1000, description="Nightly backups kept; 0 makes none")
    copy_to: Path | None = Field(
        None, description="Folder on another disk for a continuous copy of an SQLite office"
    )
    media_mb: int = Field(
        500, ge=0, le=100_000, description="MB of pictures and videos an office may keep"
    )
    upload_mb: int = Field(100, ge=1, le=2_000, description="MB of the largest picture or video")
    metrics_token: str = Field(
        "", description="Bearer token for /metrics; empty: for this machine itself only"
    )
    oidc_issuer: str = Field("", description="Issuer for single sign-on; empty: passwords only")
    oidc_client_id: str = Field("", description="Name of this installation at the issuer")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Its secret there")
    oidc_claim: str = Field(
        "preferred_username", description="Claim that holds the account name, or name@office"
    )
    oidc_domain: str = Field(
        "", description="What follows the @ in that claim and is no part of the account name"
    )
    oidc_name: str = Field("", max_length=40, description="What people call it; empty: its host")
    language: Literal["id", "en"] = Field("id", description="What the doctor speaks")
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("public_url")
    @classmethod
    def without_slash(cls, value: str) -> str:
        """Refuse anything but an http address, and drop the slash at its end."""
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("database")
    @classmethod
    def known_database(cls, value: str) -> str:
        """Refuse databases this was not tried on."""
        if value.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg://" + value.split("://", 1)[1]
        if value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("notify", mode="before")
    @classmethod
    def notify_of_environment(cls, value: Any) -> Any:
        """Read what the environment, which knows text only, says as JSON."""
        return json.loads(value) if isinstance(value, str) else value

    @field_validator("notify")
    @classmethod
    def with_place_for_address(cls, value: dict[Way, str]) -> dict[Way, str]:
        """Refuse a gateway that does not say where the visitor's address goes."""
        for way, gateway in value.items():
            if "://" not in gateway or gateway.count("{address}") != 1:
                raise ValueError(f"{way} must be an apprise address with {{address}} in it")
        return value

    @model_validator(mode="after")
    def copies_sqlite(self) -> "Settings":
        """Refuse a continuous copy of PostgreSQL, which has replication of its own."""
        if self.copy_to is not None and self.database:
            raise ValueError("copy_to copies SQLite in the data folder; PostgreSQL replicates")
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def encrypted(cls, value: str) -> str:
        """Refuse an issuer that others on the way could pretend to be."""
        if value and not is_safe(value):
            raise ValueError("must begin with https:// (http:// on this machine only)")
        return value

    @model_validator(mode="after")
    def whole_client(self) -> "Settings":
        """Refuse single sign-on that cannot work, or whose e-mails could be anybody's."""
        given = (self.oidc_issuer, self.oidc_client_id, self.oidc_client_secret.get_secret_value())
        if any(given) and not all(given):
            raise ValueError("oidc_issuer, oidc_client_id and oidc_client_secret go together")
        if self.oidc_claim == "email" and not self.oidc_domain:
            raise ValueError("oidc_claim email needs oidc_domain, what follows the @ there")
        return self

    @property
    def database_url(self) -> str:
        """The database's address, SQLite in the data folder unless another is given."""
        return self.database or sqlite_url(self.data / "antrean.db")

    @property
    def backup_folder(self) -> Path:
        """The folder of the backups."""
        return self.backups or self.data / "backups"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is given: `load` decides what goes before what."""
        return (init_settings,)


def load(environ: dict[str, str], **given: Any) -> Settings:
    """Read the settings: `given` by the command line, then the environment, then the TOML file.

    Raises SettingsWrong naming an unknown key or a bad value.
    """
    known = Settings.model_fields
    chosen = {key: value for key, value in given.items() if value is not None}
    for name, value in environ.items():
        if name.startswith(PREFIX) and name not in OTHERS:
            key = name[len(PREFIX) :].lower()
            if key not in known:
                raise SettingsWrong(f"unknown setting {name}; known are: {_names(PREFIX)}")
            if value:
                chosen.setdefault(key, value)
    folder = Path(chosen.get("data", known["data"].default))
    for key, value in _of_file(folder / FILE).items():
        if key not in known:
            raise SettingsWrong(f"unknown key {key} in {folder / FILE}; known are: {_names('')}")
        chosen.setdefault(key, value)
    try:
        return Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        if not first["loc"]:
            raise SettingsWrong(first["msg"].removeprefix("Value error, ")) from None
        name = str(first["loc"][0])
        got = "" if name in SECRETS else f" (got {first['input']!r})"
        raise SettingsWrong(f"setting {name}: {first['msg']}{got}") from None


def _of_file(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsWrong(f"{file} is not valid TOML: {error}") from error


def _names(prefix: str) -> str:
    return ", ".join(prefix + (name.upper() if prefix else name) for name in Settings.model_fields)
