"""The settings: from the command line, the environment and a file, in that order; then frozen."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import FILE, OTHERS, Settings, SettingsWrong, load


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep this machine's own settings out, and no file in the default folder."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ANTREAN_{name.upper()}", raising=False)


def write(folder: Path, text: str) -> None:
    """Write the settings' file of a folder."""
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text(text, encoding="utf-8")


def test_without_any_word_there_is_a_default_for_everything(tmp_path: Path) -> None:
    settings = load({})
    assert (settings.host, settings.port, settings.data) == ("127.0.0.1", 8000, Path("instance"))
    assert (settings.printer, settings.redis, settings.log_level) == ("none", "", "info")
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/antrean.db"


def test_the_environment_is_read_as_it_is_handed_over() -> None:
    settings = load({"ANTREAN_PORT": "9000", "ANTREAN_SECURE_COOKIES": "true", "PATH": "/bin"})
    assert (settings.port, settings.secure_cookies) == (9000, True)


def test_no_other_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTREAN_PORT", "9000")
    assert load({}).port == 8000


def test_the_file_in_the_data_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path / "data", 'port = 9001\npublic_url = "https://antrean.example/"\n')
    settings = load({}, data=tmp_path / "data")
    assert (settings.port, settings.public_url) == (9001, "https://antrean.example")


def test_the_environment_names_the_folder_of_the_file(tmp_path: Path) -> None:
    write(tmp_path / "data", "port = 9001\n")
    settings = load({"ANTREAN_DATA": str(tmp_path / "data")})
    assert (settings.port, settings.data) == (9001, tmp_path / "data")


def test_the_command_line_goes_before_the_environment_before_the_file(tmp_path: Path) -> None:
    write(tmp_path / "data", 'port = 9001\nhost = "10.0.0.1"\nprinter = "file:///tmp/slips"\n')
    environ = {"ANTREAN_PORT": "9002", "ANTREAN_HOST": "10.0.0.2"}
    settings = load(environ, data=tmp_path / "data", port=9003, host=None)
    assert (settings.port, settings.host, settings.printer) == (
        9003,
        "10.0.0.2",
        "file:///tmp/slips",
    )


def test_an_empty_variable_is_no_word(tmp_path: Path) -> None:
    write(tmp_path / "data", "port = 9001\n")
    assert load({"ANTREAN_PORT": ""}, data=tmp_path / "data").port == 9001


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(SettingsWrong, match=r"ANTREAN_PROT.*ANTREAN_PORT"):
        load({"ANTREAN_PROT": "9000"})


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_a_variable_of_a_command_is_no_unknown_setting(name: str) -> None:
    assert load({name: "somewhere"}).port == 8000


def test_an_unknown_key_of_the_file_is_named(tmp_path: Path) -> None:
    write(tmp_path / "data", "prot = 9000\n")
    with pytest.raises(SettingsWrong, match=r"prot.*antrean\.toml.*port"):
        load({}, data=tmp_path / "data")


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    write(tmp_path / "data", "port: 9000\n")
    with pytest.raises(SettingsWrong, match=r"antrean\.toml is not valid TOML"):
        load({}, data=tmp_path / "data")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "many"),
        ("port", "65536"),
        ("proxies", "-1"),
        ("secure_cookies", "perhaps"),
        ("log_level", "loud"),
        ("public_url", "antrean.example"),
        ("database", "mysql://office@localhost/antrean"),
    ],
)
def test_a_wrong_value_is_named_with_its_setting(tmp_path: Path, name: str, value: str) -> None:
    told = f"setting {name}: .*{value}"
    with pytest.raises(SettingsWrong, match=told):
        load({f"ANTREAN_{name.upper()}": value})
    write(tmp_path / "data", f'{name} = "{value}"\n')
    with pytest.raises(SettingsWrong, match=told):
        load({}, data=tmp_path / "data")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_reached_by_its_one_driver(scheme: str) -> None:
    settings = load({"ANTREAN_DATABASE": f"{scheme}://office@localhost/antrean"})
    assert settings.database_url == "postgresql+psycopg://office@localhost/antrean"


def test_another_sqlite_file_can_be_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    assert load({}, database=url).database_url == url


def test_settings_do_not_change() -> None:
    settings = load({})
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 9000  # type: ignore[misc]


PROVIDER = {
    "oidc_issuer": "https://masuk.example.go.id",
    "oidc_client_id": "antrean",
    "oidc_client_secret": "rahasia-klien",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://masuk.example.go.id"},
        {"oidc_issuer": "masuk.example.go.id"},
        {"oidc_issuer": "https://[masuk"},
        {"oidc_issuer": ""},
        {"oidc_client_id": ""},
        {"oidc_client_secret": ""},
        {"oidc_client_secret": {"rahasia-klien": 1}},
        {"oidc_claim": "email"},
    ],
)
def test_single_sign_on_is_whole_and_safe_or_refused_at_start_without_its_secret(
    wrong: dict[str, str],
) -> None:
    load({}, **PROVIDER)
    load({}, **PROVIDER, oidc_claim="email", oidc_domain="example.go.id")
    load({}, **{**PROVIDER, "oidc_issuer": "http://127.0.0.1:8080/realms/antrean"})
    with pytest.raises(SettingsWrong, match="oidc_") as refused:
        load({}, **{**PROVIDER, **wrong})
    assert "rahasia-klien" not in str(refused.value)
    assert "rahasia-klien" not in repr(load({}, **PROVIDER))


MAIL = "mailtos://user:rahasia@smtp.example?to={address}"


def test_gateways_for_messages_are_read_from_the_file_and_the_environment(tmp_path: Path) -> None:
    write(tmp_path / "data", f'[notify]\nmail = "{MAIL}"\n')
    assert load({}, data=tmp_path / "data").notify == {"mail": MAIL}
    assert load({"ANTREAN_NOTIFY": f'{{"mail": "{MAIL}"}}'}).notify == {"mail": MAIL}
    assert load({}).notify == {}


@pytest.mark.parametrize(
    "notify",
    [
        "rahasia",
        '{"mail": "mailtos://user:rahasia@smtp.example"}',
        '{"fax": "json://rahasia/{address}"}',
        '{"mail": "rahasia {address}"}',
        '["rahasia"]',
    ],
)
def test_a_gateway_that_cannot_be_is_named_without_its_password(notify: str) -> None:
    with pytest.raises(SettingsWrong, match="setting notify") as wrong:
        load({"ANTREAN_NOTIFY": notify})
    assert "rahasia" not in str(wrong.value)
