"""A script names its packages in a comment (PEP 723), and uv may put others in their place."""

import pytest

from drawgate.manifests import gather, read_inventory

SCRIPT = """#!/usr/bin/env -S uv run
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests==2.19.0",
#   "rich",
# ]
# ///
import requests
"""


def inventory(**files: str) -> tuple[list[str], list[str]]:
    """Give pins and what is open, each with its line."""
    contents = {name.replace("__", "."): text.encode() for name, text in files.items()}
    found = read_inventory(gather(contents, contents.__getitem__, lists=frozenset(contents)))
    pins = [f"{pin.manifest}: {pin.name}=={pin.version} @{pin.line}" for pin in found.pins]
    return pins, [f"{n.subject} @{n.line}: {n.reason[:30]}" for n in found.not_pinned]


def test_a_script_is_a_manifest_of_its_own() -> None:
    """Requirements beside it answer for nothing: nobody installs them for the script."""
    pins, rest = inventory(tool__py=SCRIPT, requirements__txt="rich==13.0.0\n")

    assert ["requirements.txt: rich==13.0.0 @1", "tool.py: requests==2.19.0 @5"] == pins
    assert ["tool.py: rich @6: it is not pinned to an exact v"] == rest


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("# /// script\n# dependencies = [\nx = 1\n", "its block of PEP 723 has no end"),
        ("# /// script\n# dependencies = 3\n# ///\n", "it is malformed: "),
        ("# /// script\n# a = \n# ///\n", "it is malformed: "),
        (f"{SCRIPT}\n{SCRIPT}", "it is malformed: it has more th"),
    ],
)
def test_a_broken_block_is_told(text: str, reason: str) -> None:
    """Unknown is never clean."""
    pins, (rest,) = inventory(tool__py=text)

    assert [] == pins
    assert reason[:20] in rest or "malformed" in rest


@pytest.mark.parametrize(
    "text",
    [
        "x = '''\n  # /// script\n'''\n",
        "# /// other\n# dependencies = ['a==1']\n# ///\n",
        "x = 1\n",
    ],
)
def test_what_is_no_block_names_nothing(text: str) -> None:
    assert ([], []) == inventory(tool__py=text)


def test_lines_end_where_pep_723_says() -> None:
    """A `# ///` within the comment belongs to it; windows' line ends change nothing."""
    text = "# /// script\n# dependencies = ['a==1']\n# ///\n# x = 1\n# ///\ny = 2\n"

    pins, rest = inventory(tool__py=text.replace("\n", "\r\n"))

    assert [] == pins
    assert "malformed" in rest[0]


UV = """[project]
name = "shop"
dependencies = ["werkzeug>=2", "flask==0.12", "jinja2>=2", "click", "idna @ https://e.x/i.whl"]

[tool.uv]
override-dependencies = ["Werkzeug==2.3.0", "flask>=3"]
constraint-dependencies = ["jinja2==2.10", "click<8", "idna==2.0"]
"""


def test_uv_overrides_and_constraints_count() -> None:
    """What uv installs is judged, each with the line that says so, and so is an overridden pin."""
    pins, rest = inventory(pyproject__toml=UV)

    assert [
        "pyproject.toml: flask==0.12 @3",
        "pyproject.toml: jinja2==2.10 @3",
        "pyproject.toml: werkzeug==2.3.0 @6",
    ] == pins
    assert [
        "pyproject.toml: click<8 @3: it is not pinned to an exact v",
        "pyproject.toml: idna@ https://e.x/… @3: it comes from a URL",
        "pyproject.toml: flask>=3 @6: it is not pinned to an exact v",
    ] == [each.replace("idna @", "idna@") for each in rest]


def test_a_constraint_that_can_not_be_met_pins_nothing() -> None:
    text = '[project]\ndependencies = ["a>=3"]\n[tool.uv]\nconstraint-dependencies = ["a==1"]\n'

    pins, rest = inventory(pyproject__toml=text)

    assert ([], ["pyproject.toml: a>=3 @2: it is not pinned to an exact v"]) == (pins, rest)
