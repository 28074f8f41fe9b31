"""The containers of deploy/many: they say what nginx's configuration and the settings' file say."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from app.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
MANY = ROOT / "deploy" / "many"
CONF = (MANY / "antrean.conf").read_text()
ENV = dict(
    line.split("=", 1)
    for line in (MANY / "antrean.env").read_text().splitlines()
    if line and not line.startswith("#")
)


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    """Return what runs, by name."""
    composed: dict[str, dict[str, Any]] = yaml.safe_load((MANY / "compose.yaml").read_text())
    return composed["services"]


def processes_of(services: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the processes of Antrean."""
    return {name: each for name, each in services.items() if name.startswith("antrean-")}


def mounted(service: dict[str, Any]) -> dict[str, str]:
    """Return what lies where in a container: volumes, files and secrets by their place."""
    places = {each["target"]: each["source"] for each in service.get("secrets", [])}
    for each in service.get("volumes", []):
        if isinstance(each, str):
            source, target = each.split(":")[:2]
            each = {"source": source, "target": target}
        places[each["target"]] = each["source"]
    return places


def test_nginx_asks_the_processes_that_there_are(services: dict[str, dict[str, Any]]) -> None:
    asked = set(re.findall(r"server (127\.0\.0\.1:\d+)", CONF))
    for name, each in processes_of(services).items():
        command = each["command"]
        assert command[0] == "serve" and name == f"antrean-{command[-1]}"
        place = f"{command[command.index('--host') + 1]}:{command[command.index('--port') + 1]}"
        asked.remove(place)
        assert any(f"http://{place}/healthz" in word for word in each["healthcheck"]["test"])
        assert each["network_mode"] == services["nginx"]["network_mode"] == "host"
    assert not asked, "nginx asks where nobody serves"


def test_nginx_finds_its_configuration_certificate_and_key(
    services: dict[str, dict[str, Any]],
) -> None:
    places = mounted(services["nginx"])
    assert places["/etc/nginx/conf.d/default.conf"] == "./antrean.conf"
    named = dict(re.findall(r"(ssl_certificate\w*) +(\S+);", CONF))
    assert places[named["ssl_certificate"]] == "certificate"
    assert places[named["ssl_certificate_key"]] == "key"


def test_the_settings_file_holds_settings_and_leads_to_the_database_and_redis(
    services: dict[str, dict[str, Any]],
) -> None:
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    assert set(ENV) <= known
    socket = ENV["ANTREAN_DATABASE"].partition("?host=")[2]
    for each in processes_of(services).values():
        assert each["env_file"] == "antrean.env"
        assert mounted(each)[socket] == mounted(services["database"])[socket] == "socket"
    database = services["database"]["environment"]["POSTGRES_USER"]
    assert ENV["ANTREAN_DATABASE"].startswith(f"postgresql:///{database}?")
    redis = services["redis"]["command"]
    address = f"{redis[redis.index('--bind') + 1]}:{redis[redis.index('--port') + 1]}"
    assert ENV["ANTREAN_REDIS"] == f"redis://{address}/0"
    assert ENV["ANTREAN_PROXIES"] == "1"


def test_nothing_can_be_written_but_volumes_and_only_nginx_opens_ports_as_root(
    services: dict[str, dict[str, Any]],
) -> None:
    for name, each in services.items():
        assert each["read_only"] and each["cap_drop"] == ["ALL"], name
        assert each["security_opt"] == ["no-new-privileges:true"], name
        assert each["healthcheck"] and each["restart"] == "unless-stopped", name
        assert ("cap_add" in each) == (name == "nginx"), name
    image = (MANY / "Containerfile").read_text()
    assert re.findall(r"^USER (\w+)", image, re.MULTILINE)[-1:] == ["antrean"]
    for name in ("database", "redis"):
        assert services[name]["user"] not in {"", "root", "0"}
    assert "listen_addresses=" in services["database"]["command"]
    assert services["database"]["network_mode"] == "none"


def test_the_images_are_named_without_a_registry(services: dict[str, dict[str, Any]]) -> None:
    image = (MANY / "Containerfile").read_text()
    named = [each["image"] for each in services.values()]
    named += [line.split()[1] for line in image.splitlines() if line.startswith("FROM")]
    assert len(named) >= 7 and not [each for each in named if "/" in each]


def test_an_office_s_own_files_are_in_no_image() -> None:
    left_out = set((ROOT / ".dockerignore").read_text().split("\n"))
    assert {".git", ".venv", "instance", "deploy/many/tls"} <= left_out
