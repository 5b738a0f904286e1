"""Pip's complaints are understood: which line tells most, and which requirements are to blame."""

import pytest

from drawgate.manifests.complaint import (
    REFUSED,
    UNREACHABLE,
    blamed,
    complaint,
    is_about_requirements,
)
from drawgate.manifests.reading import Declared
from drawgate.manifests.resolution import Question

ASKED = Question(
    manifest="requirements.txt",
    open=tuple(
        Declared(name=name, requirement=line, manifest="requirements.txt", line=number)
        for number, (name, line) in enumerate(
            [
                ("flask", "flask"),
                ("my-own", "My.Own>=1"),
                ("six", "six"),
                ("find", "find"),
                ("six", 'six>9; python_version > "3"'),
            ],
            start=1,
        )
    ),
    constraints=(),
)
IGNORED = "ERROR: Ignored the following versions that require a different python version: 9 R >=4"
NO_VERSION = "Could not find a version that satisfies the requirement "


@pytest.mark.parametrize(
    ("stderr", "told"),
    [
        (
            f"{IGNORED}\nERROR: {NO_VERSION}six>9 (from versions: 1)\nERROR: No",
            f"{NO_VERSION}six>9",
        ),
        ("WARNING: odd\nERROR: first\nERROR: second", "first"),
        ("Traceback\nmore", "Traceback"),
        (
            "WARNING: odd\nerror: incomplete-download\n\n\xd7 Download failed\n╰─> URL",
            "Download failed",
        ),
        ("", "it gave no reason"),
        (f"WARNING: Retrying (Retry(\nERROR: {NO_VERSION}six", UNREACHABLE),
        (
            f"WARNING: 401 Error, Credentials not correct for http://h/\nERROR: {NO_VERSION}",
            REFUSED,
        ),
        (
            f"WARNING: 403 Error, Credentials not correct for http://h/\nERROR: {NO_VERSION}",
            REFUSED,
        ),
    ],
)
def test_the_line_that_says_most_is_told(stderr: str, told: str) -> None:
    """What was ignored on the way is not the reason; an index out of reach is none of a line's."""
    assert complaint(stderr).startswith(told)


@pytest.mark.parametrize(
    ("stderr", "helps"),
    [
        (f"ERROR: {NO_VERSION}six", True),
        ("\xd7 Download failed after 6 attempts", True),
        ("No module named pip", False),
        ("", False),
        ("WARNING: Retrying (Retry(\nERROR: x", False),
        ("WARNING: 401 Error, Credentials not correct\nERROR: x", False),
    ],
)
def test_asking_less_helps_only_against_a_requirement(stderr: str, helps: bool) -> None:  # noqa: FBT001 - a column of the table
    """Without pip, index or password, each single question would fail in the same way."""
    assert is_about_requirements(stderr) is helps


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        (f"{NO_VERSION}My.Own>=1,<2 (from versions: none)", [2]),
        (f"{NO_VERSION}six[extra]>=1 (from versions: 1.0, 2.0)", [3, 5]),
        (f"{NO_VERSION}six (from versions: none)", [3]),
        (f"{NO_VERSION}six>9 (from versions: none)", [5]),
        (f"{NO_VERSION}werkzeug>=99 (from flask) (from versions: 1.0)", [1]),
        (f"{NO_VERSION}six>=99 (from flask) (from versions: 1.0)", [1]),
        (f"{NO_VERSION}deep>=99 (from werkzeug) (from versions: 1.0)", []),
        ("Cannot install flask<1, other==1 and six==2 because these package", [1, 3, 5]),
        ("Cannot install -r requirements.txt (line 3) and werkzeug==1 because", [3]),
        ("Package 'six' requires a different Python: 3.11.7 not in '>=4'", [3, 5]),
        ("Could not find anything", []),
    ],
)
def test_only_what_is_to_blame_is_named(said: str, lines: list[int]) -> None:
    """Words of the sentence are no packages, and what was brought along is its root's fault."""
    assert [each.line for each in blamed(ASKED, said)] == lines
