"""Files that declare packages: told unless a lock or a pin beside answers them."""

from time import process_time

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
    """PEP 621, PEP 735, Poetry, PDM, uv and hatch tables are read; build requirements are not."""
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
[tool.hatch.envs.docs]
dependencies = ["mkdocs", "tornado==5.0"]
extra-dependencies = ["rsa==4.0"]
"""

    assert read({"pyproject.toml": text}) == (
        [
            "pyproject.toml: jinja2==2.10 @4",
            "pyproject.toml: lxml==4.6.2 @12",
            "pyproject.toml: numpy==1.0 @17",
            "pyproject.toml: pillow==8.1.0 @13",
            "pyproject.toml: rsa==4.0 @28",
            "pyproject.toml: tornado==5.0 @27",
        ],
        [
            ("pyproject.toml: flask>=0.12", 4, UNPINNED),
            ("pyproject.toml: line 4", 4, "this is no requirement of PEP 508"),
            ("pyproject.toml: x @ https://host/…", 4, "it comes from a URL"),
            ("pyproject.toml: pytest", 6, UNPINNED),
            ("pyproject.toml: sphinx", 8, UNPINNED),
            ("pyproject.toml: django ^2.2", 11, UNPINNED),
            ("pyproject.toml: wheel x.whl", 15, "it comes from an archive in the target"),
            ("pyproject.toml: forked https://host/…", 16, "it comes from a git repository"),
            ("pyproject.toml: numpy", 17, UNPINNED),
            ("pyproject.toml: black", 19, UNPINNED),
            ("pyproject.toml: mypy >=1", 21, UNPINNED),
            ("pyproject.toml: tox", 23, UNPINNED),
            ("pyproject.toml: ruff", 25, UNPINNED),
            ("pyproject.toml: mkdocs", 27, UNPINNED),
        ],
    )


def test_a_project_that_names_itself_requires_nothing_by_that() -> None:
    """`all = ["own[a,b]"]` makes one extra of others, which are read where they stand."""
    text = """\
[project]
name = "My.Own"
[project.optional-dependencies]
a = ["flask"]
all = ["my-own[a]"]
"""

    assert read({"pyproject.toml": text}) == ([], [("pyproject.toml: flask", 4, UNPINNED)])


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
                "setup.cfg: line 10",
                10,
                "the requirements are in other files; they count if the target holds them",
            ),
        ],
    )


BROKEN = "this is no requirement of PEP 508"
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
        ("setup(install_requires=None, extras_require={})", []),
        ("setup(install_requires='# why\\nflask')", ["flask"]),
        ("from setuptools import setup as s\ns(install_requires=['flask'])", ["flask"]),
        ("R: list[str] = ['flask']\nsetup(install_requires=R)", ["flask"]),
        ("R = ['a']\nR += ['b']\nsetup(install_requires=R)", ["install_requires"]),
        ("R = []\nR.append('b')\nsetup(install_requires=R)", ["install_requires"]),
        ("K = {}\nK['install_requires'] = ['b']\nsetup(**K)", ["**keywords"]),
        ("setup(install_requires={'flask': 1})", ["install_requires"]),
        ("M = {'b': ['c']}\nsetup(extras_require={'a': ['b'], **M})", ["b", "extras_require"]),
        ("setup(**{'name': 'x', 'license': 'MIT', 'install_requires': ['flask']})", ["flask"]),
        ("K = {'name': 'x', 'tests_require': ['tox']}\nsetup(**K)", ["tox"]),
        ("setup(**dict(name='x', install_requires=['flask']))", ["flask"]),
        ("setup(**{'name': 'x', **more})", ["**keywords"]),
        ("setup(*arguments)", ["*arguments"]),
        ("setup(install_requires=['a secret'])", ["line 1"]),
        ("'\\d'\nsetup(install_requires=['flask'])", ["flask"]),
    ],
)
def test_setup_py_is_read_and_never_run(text: str, expected: list[str]) -> None:
    """Literal lists are read from the syntax tree; what is computed is told."""
    trap = "\nraise SystemExit('it ran')\n"

    _, not_assessed = read({"setup.py": text + trap})

    assert [f"setup.py: {each}" for each in expected] == [each[0] for each in not_assessed]
    assert {each[2] for each in not_assessed} <= {UNPINNED, COMPUTED, BROKEN}


HIDDEN = "names its packages in a way that can't be read: setup.py is never run, and "


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x[0](install_requires=['flask'])", 1, "no call of setup() is in plain sight"),
        ("import own\nown.run()", 1, "no call of setup() is in plain sight"),
        (
            "import setuptools\ngo = setuptools.setup\ngo(install_requires=['flask'])\nsetup()",
            2,
            "it passes setup() on instead of calling it",
        ),
        (
            "import setuptools\ngetattr(setuptools, 'setup')(install_requires=['x'])\nsetup()",
            2,
            "it passes setup() on instead of calling it",
        ),
    ],
)
def test_a_hidden_call_of_setup_is_told(text: str, line: int, reason: str) -> None:
    """A setup.py that names packages out of sight is not one that names none."""
    assert read({"setup.py": text}) == ([], [("setup.py: setup()", line, HIDDEN + reason)])


FILLED = (
    "names its packages in a way that can't be read: the tool that builds the project fills in "
    "the list"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """[project]\ndynamic = ["version", "dependencies"]
[tool.setuptools.dynamic]\ndependencies = {file = ["r.txt"]}\n""",
            [("pyproject.toml: dynamic dependencies", 2, FILLED)],
        ),
        (
            '[project]\ndynamic = ["optional-dependencies"]\n',
            [("pyproject.toml: dynamic optional-dependencies", 2, FILLED)],
        ),
        (
            '[project]\ndynamic = ["dependencies"]\n[tool.poetry.dependencies]\nflask = "*"\n',
            [("pyproject.toml: flask", 4, UNPINNED)],
        ),
        (
            """[tool.flit.metadata]\nmodule = "x"\nrequires = ["flask"]\ndev-requires = ["tox"]
[tool.flit.metadata.requires-extra]\ndoc = ["sphinx"]\n""",
            [
                ("pyproject.toml: flask", 3, UNPINNED),
                ("pyproject.toml: tox", 4, UNPINNED),
                ("pyproject.toml: sphinx", 6, UNPINNED),
            ],
        ),
        ('[project]\ndynamic = ["version"]\ndependencies = []\n', []),
        ("[tool.ruff]\nline-length = 100\n", []),
    ],
)
def test_lists_that_other_tools_fill_in_are_told(
    text: str, expected: list[tuple[str, int | None, str]]
) -> None:
    """A dynamic list is not an empty one, unless Poetry's table beside it is the list."""
    assert read({"pyproject.toml": text}) == ([], expected)


@pytest.mark.parametrize("text", ["", "# only a comment\n", '"""Text."""\n'])
def test_a_setup_py_without_a_statement_names_nothing(text: str) -> None:
    """There is nothing in it that could name a package."""
    assert read({"setup.py": text}) == ([], [])


def test_a_broken_setup_cfg_is_not_quoted() -> None:
    """What stands in a line that is no setting may be a secret."""
    reason = "it is malformed: it is no INI file: line 1 is in no section"

    assert read({"setup.cfg": "token TOKEN\n"}) == ([], [("setup.cfg", None, reason)])


@pytest.mark.parametrize(
    ("path", "kibibytes", "size"),
    [
        ("setup.py", 256, "256 KiB"),
        ("setup.cfg", 2048, "2 MiB"),
        ("pyproject.toml", 2048, "2 MiB"),
        ("uv.lock", 8192, "8 MiB"),
        ("Pipfile", 2048, "2 MiB"),
    ],
)
def test_a_manifest_above_its_limit_is_told(path: str, kibibytes: int, size: str) -> None:
    """Parsing takes many times the size of a file, so size is bounded by kind."""
    reason = f"it is larger than {size}, more than is read of such a file"

    assert read({path: "#" * (kibibytes * 2**10 + 1)}) == ([], [(path, None, reason)])


def _entries(before: str, form: str, count: int, after: str = "") -> str:
    return before + "".join(form.format(number) for number in range(count)) + after


TOO_MANY = "it names more packages than are read of one file"


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        (
            "pyproject.toml",
            _entries("[project]\ndependencies = [", "'p{}',\n", 30_000, "]\n"),
            TOO_MANY,
        ),
        (
            "pyproject.toml",
            _entries("[tool.poetry.dependencies]\n", "p{} = '*'\n", 20_000),
            TOO_MANY,
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\nx = [" + "'*'," * 200_000 + "]",
            TOO_MANY,
        ),
        (
            "pyproject.toml",
            _entries(
                "[project]\ndependencies = [",
                "'p{};" + " or ".join(['os_name=="a"'] * 240) + "',",
                200,
                "]",
            ),
            TOO_MANY,
        ),
        ("pyproject.toml", "[tool.poetry.dependencies]\n" + "\n" * 1_000_000, ""),
        (
            "pyproject.toml",
            "[" + "a." * 500_000 + "a]\n",
            "it is malformed: line 1 has too many dots",
        ),
        ("pyproject.toml", "# " + "'\"" * 500_000, ""),
        ("pyproject.toml", " " * 1_000_000, ""),
        ("pyproject.toml", "a" + " " * 1_000_000, "it is malformed: Expected '='"),
        (
            "pyproject.toml",
            _entries("[" + ".".join("a" * 90) + "]\n", "b{}=1\n", 100_000),
            "it is malformed: line 1 is nested too deeply",
        ),
        (
            "pyproject.toml",
            _entries("x=1\n", "a{}" + ".'b' . b" * 40 + "=1\n", 2_500),
            "it is malformed: line 2 is nested too deeply",
        ),
        ("pyproject.toml", _entries("", "a{}" + ".b" * 31 + "=1\n", 12_000), ""),
        ("setup.cfg", _entries("[options]\ninstall_requires =\n", "    p{}\n", 30_000), TOO_MANY),
        ("setup.cfg", "[options]\n" + "a\n" * 500_000, "line 2 is no setting"),
        ("setup.cfg", "[options]\n" + "=\n" * 500_000, "line 2 is no setting"),
        ("setup.cfg", "[options]\n" + "[\n" * 500_000, "line 2 is no setting"),
        ("setup.cfg", "[options]\na" + " " * 1_000_000 + "b\n", "line 2 is no setting"),
        ("Pipfile", _entries("[packages]\n", "p{} = '*'\n", 20_000), TOO_MANY),
        ("setup.py", _entries("setup(install_requires=[", "'p{}',\n", 20_000, "])\n"), TOO_MANY),
        ("setup.py", "setup(install_requires=['" + "p\\n" * 80_000 + "'])", TOO_MANY),
        (
            "setup.py",
            "setup(install_requires=" + "[" * 90 + "'a'," * 50_000 + "]" * 90 + ")",
            TOO_MANY,
        ),
        ("setup.py", "setup\n" * 40_000, TOO_MANY),
        ("setup.py", "setup()\n" * 30_000, ""),
        ("setup.py", "setup(" + "(" * 100_000, "it is malformed"),
        ("setup.py", "-" * 250_000 + "1", "nested too deeply"),
        ("setup.py", "a" + ".a" * 100_000, "nested too deeply"),
    ],
)
def test_hostile_declarations_cost_little(path: str, text: str, reason: str) -> None:
    """Reading stays linear in the size of a file that a target may choose, and says where it ends.

    A second is what a megabyte may cost; the bound leaves room for a busy machine.
    """
    pinned = "".join(f"q{number}==1\n" for number in range(5_000))
    start = process_time()

    _, told = read({path: text, "requirements.txt": pinned})

    assert process_time() - start < 2.0
    assert [reason in why for _, _, why in told] == ([True] if reason else [])


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


@pytest.mark.parametrize(
    ("beside", "text"),
    [
        ("uv.lock", LOCK.replace("0.12.2", "3.1.0")),
        ("requirements-docs.txt", "flask==3.1.0\n"),
    ],
)
def test_no_file_beside_hides_an_exact_version(beside: str, text: str) -> None:
    """Where two files pin two versions, nobody knows which is installed: both are audited."""
    exact = '[project]\ndependencies = ["flask==0.12.2"]\n'

    shown, _ = read({"pyproject.toml": exact, beside: text})

    assert ["flask==0.12.2", "flask==3.1.0"] == sorted(each.split()[1] for each in shown)


def test_a_version_of_thousands_of_digits_is_told() -> None:
    """Python refuses to read such a number, and that must not end the scan."""
    lock = LOCK.replace("0.12.2", "1" * 5_000)

    shown, told = read({"uv.lock": lock})

    assert (shown, [(line, reason) for _, line, reason in told]) == (
        [],
        [(3, "its version is not one that PEP 440 knows, so it can't be compared")],
    )


@pytest.mark.parametrize(
    ("declared", "told"),
    [("flask<0.11", True), ("flask>=0.12", False), ("flask~=0.12.0", False), ("flask", False)],
)
@pytest.mark.parametrize(
    ("beside", "text"), [("uv.lock", LOCK), ("requirements.txt", "flask==0.12.2\n")]
)
def test_a_version_that_is_not_allowed_answers_nothing(
    beside: str,
    text: str,
    declared: str,
    told: bool,  # noqa: FBT001 - a table
) -> None:
    """A planted lock could name a harmless version while another one is installed."""
    project = f'[project]\ndependencies = ["{declared}"]\n'

    _, not_assessed = read({"pyproject.toml": project, beside: text})

    assert told == any(subject.startswith("pyproject.toml: flask") for subject, *_ in not_assessed)
