"""Files that declare packages: told unless a lock or a pin beside answers them."""

import pytest

from drawgate.manifests import read_inventory

UNPINNED = "it is not pinned to an exact version, so nobody knows which one runs"


def read(files: dict[str, str]) -> tuple[list[str], list[tuple[str, int | None, str]]]:
    inventory = read_inventory({path: text.encode() for path, text in files.items()})
    return (
        [f"{pin.subject} @{pin.line}" for pin in inventory.pins],
        [(n.subject, n.line, n.reason) for n in inventory.not_pinned],
    )


def test_pyproject_in_all_its_dialects() -> None:
    """PEP 621, PEP 735, Poetry, PDM and uv tables are read; build requirements are not."""
    text = """\
[build-system]
requires = ["hatchling"]
[project]
dependencies = ["flask>=0.12", "jinja2==2.10", "x @ https://u:p@host/x.zip", "not a requirement"]
[project.optional-dependencies]
dev = ["pytest"]
[dependency-groups]
docs = ["sphinx", {include-group = "lint"}]
[tool.poetry.dependencies]
python = "^3.11"
django = "^2.2"
lxml = "4.6.2"
pillow = {version = "==8.1.0", optional = true}
own = {path = "../own"}
wheel = {path = "x.whl"}
forked = {git = "https://u:p@host/x"}
numpy = [{version = "1.0"}, {version = "*"}]
[tool.poetry.group.dev.dependencies]
black = "*"
[tool.poetry.dev-dependencies]
mypy = ">=1"
[tool.pdm.dev-dependencies]
test = ["tox"]
[tool.uv]
dev-dependencies = ["ruff"]
"""

    assert read({"pyproject.toml": text}) == (
        [
            "pyproject.toml: jinja2==2.10 @4",
            "pyproject.toml: lxml==4.6.2 @12",
            "pyproject.toml: numpy==1.0 @17",
            "pyproject.toml: pillow==8.1.0 @13",
        ],
        [
            ("pyproject.toml: flask>=0.12", 4, UNPINNED),
            ("pyproject.toml: not a requirement", 4, "this is no requirement of PEP 508"),
            ("pyproject.toml: x @ https://***@host/x.zip", 4, "it comes from a URL"),
            ("pyproject.toml: pytest", 6, UNPINNED),
            ("pyproject.toml: sphinx", 8, UNPINNED),
            ("pyproject.toml: django ^2.2", 11, UNPINNED),
            ("pyproject.toml: wheel x.whl", 15, "it comes from an archive in the target"),
            ("pyproject.toml: forked https://***@host/x", 16, "it comes from a git"),
            ("pyproject.toml: numpy", 17, UNPINNED),
            ("pyproject.toml: black", 19, UNPINNED),
            ("pyproject.toml: mypy >=1", 21, UNPINNED),
            ("pyproject.toml: tox", 23, UNPINNED),
            ("pyproject.toml: ruff", 25, UNPINNED),
        ],
    )


def test_setup_cfg() -> None:
    """Declarative setuptools: requirements, extras, and a pointer to other files."""
    text = """\
[metadata]
name = %(odd)s
[options]
install_requires =
    flask>=0.12
    # a comment
    jinja2==2.10
[options.extras_require]
dev = pytest
docs = file: requirements/docs.txt
"""

    assert read({"setup.cfg": text}) == (
        ["setup.cfg: jinja2==2.10 @7"],
        [
            ("setup.cfg: flask>=0.12", 5, UNPINNED),
            ("setup.cfg: pytest", 9, UNPINNED),
            (
                "setup.cfg: file: requirements/docs.txt",
                10,
                "the requirements are in other files; they count if they are manifests",
            ),
        ],
    )


COMPUTED = "the value is computed by code, and setup.py is never run"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("setup(install_requires=['flask', 'six'])", ["flask", "six"]),
        ("import setuptools\nsetuptools.setup(install_requires=('flask',))", ["flask"]),
        ("R = ['flask']\nsetup(install_requires=R)", ["flask"]),
        ("setup(install_requires='flask\\nsix')", ["flask", "six"]),
        ("setup(extras_require={'dev': ['pytest']}, tests_require=['tox'])", ["pytest", "tox"]),
        ("R = ['a']\nR = ['b']\nsetup(install_requires=R)", ["install_requires"]),
        ("setup(install_requires=open('r.txt').read())", ["install_requires"]),
        ("setup(install_requires=['flask', compute()])", ["flask", "install_requires"]),
        ("setup(**settings)", ["**keywords"]),
        ("setup(name='x')", []),
        ("x[0](install_requires=['flask'])", []),
        ("'\\d'\nsetup(install_requires=['flask'])", ["flask"]),
    ],
)
def test_setup_py_is_read_and_never_run(text: str, expected: list[str]) -> None:
    """Literal lists are read from the syntax tree; what is computed is told."""
    trap = "\nraise SystemExit('it ran')\n"

    _, not_assessed = read({"setup.py": text + trap})

    assert [f"setup.py: {each}" for each in expected] == [each[0] for each in not_assessed]
    assert {each[2] for each in not_assessed} <= {UNPINNED, COMPUTED}


def test_pipfile() -> None:
    """Every category of a Pipfile without its lock."""
    text = """\
[[source]]
url = "https://host"
[packages]
flask = "*"
jinja2 = "==2.10"
[dev-packages]
pytest = {version = ">=7"}
[requires]
python_version = "3.11"
"""

    assert read({"Pipfile": text}) == (
        ["Pipfile: jinja2==2.10 @5"],
        [("Pipfile: flask", 4, UNPINNED), ("Pipfile: pytest >=7", 7, UNPINNED)],
    )


DECLARED = '[project]\ndependencies = ["Flask>=0.12", "own"]\n'
LOCK = """\
version = 1
[[package]]
name = "flask"
version = "0.12.2"
source = { registry = "https://host/simple" }
[[package]]
name = "own"
source = { editable = "packages/a" }
"""


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"uv.lock": LOCK}, []),
        ({"requirements.txt": "flask==0.12.2\n"}, ["own"]),
        ({"requirements/base.txt": "flask==0.12.2\n"}, ["own"]),
        ({"deep/uv.lock": LOCK}, ["Flask>=0.12", "own"]),
        ({"deep/requirements.txt": "flask==0.12.2\n"}, ["Flask>=0.12", "own"]),
        ({"requirements.txt": "flask\n"}, ["Flask>=0.12", "own"]),
        ({"uv.lock": "version = 9"}, ["Flask>=0.12", "own"]),
    ],
)
def test_a_declaration_is_answered_beside_it(files: dict[str, str], told: list[str]) -> None:
    """A lock answers for all that it names, a requirements file for what it pins."""
    _, not_assessed = read({"pyproject.toml": DECLARED, **files})

    assert [f"pyproject.toml: {each}" for each in told] == [
        subject for subject, _, _ in not_assessed if subject.startswith("pyproject.toml")
    ]


def test_a_workspace_lock_answers_for_its_members() -> None:
    """Uv keeps one lock at the root of many projects."""
    members = {"uv.lock": LOCK, "packages/a/pyproject.toml": DECLARED, "b/pyproject.toml": DECLARED}

    _, not_assessed = read(members)

    assert ["b/pyproject.toml: Flask>=0.12", "b/pyproject.toml: own"] == [
        e[0] for e in not_assessed
    ]


def test_an_exact_declaration_is_a_pin_unless_a_lock_says_more() -> None:
    """One vulnerability is not told twice for one project."""
    exact = '[project]\ndependencies = ["flask==0.12.2"]\n'

    assert (
        read({"pyproject.toml": exact})[0],
        read({"pyproject.toml": exact, "uv.lock": LOCK})[0],
    ) == (
        ["pyproject.toml: flask==0.12.2 @2"],
        ["uv.lock: flask==0.12.2 @3"],
    )
