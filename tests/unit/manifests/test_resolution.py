"""Asking pip about open versions: nothing dangerous is asked, and answers point at lines."""

import json
import re

import pytest

from drawgate.core.target import NotAssessed
from drawgate.manifests import survey
from drawgate.manifests.resolution import Question, answer, questions, unanswered, unasked

TEXT = b"""\
--index-url https://u:p@host/simple
-e .
git+https://host/x
./path
x @ https://host/x.zip
numpy==1.0; os_name == "nt"
numpy==2.0; os_name != "nt"
jinja2==2.10
flask>=0.12
gunicorn
pywin32; os_name == "nt"
uvicorn [standard] >=0.2, <1 ; python_version > "3"
"""


def question() -> Question:
    return questions(survey({"requirements.txt": TEXT}))[0]


def report(**packages: tuple[str, list[str]]) -> bytes:
    install = [
        {"metadata": {"name": name, "version": version, "requires_dist": requires}}
        for name, (version, requires) in packages.items()
    ]
    return json.dumps({"version": "1", "install": install}).encode()


def test_only_names_are_asked_and_own_pins_hold() -> None:
    """Paths, URLs, repositories and indexes never reach pip; twofold pins are no constraint."""
    assert question().files == {
        "requirements.txt": b"flask>=0.12\ngunicorn\nuvicorn[standard]<1,>=0.2\n",
        "constraints.txt": b"jinja2==2.10\n",
    }


def test_other_dialects_stay_open() -> None:
    """Poetry's caret means nothing to pip."""
    found = survey({"pyproject.toml": b'[tool.poetry.dependencies]\ndjango = "^2.2"\n'})

    assert ((), ["pyproject.toml: django ^2.2"]) == (
        questions(found),
        [each.subject for each in unasked(found)],
    )


def test_what_holds_elsewhere_only_is_not_asked_and_told() -> None:
    """The marker is judged before pip is asked, because it is never written down for pip."""
    assert list(unasked(survey({"requirements.txt": TEXT}))) == [
        NotAssessed(
            subject='requirements.txt: pywin32; os_name == "nt"',
            reason="pip was not asked: its marker does not hold on this machine",
            path="requirements.txt",
            line=11,
        )
    ]


LINE = re.compile(rb"(?:[A-Za-z0-9._-]+(?:\[[a-z,]+\])?(?:[<>=!~]+[0-9.]+,?)*\n)*")


@pytest.mark.parametrize(
    "marker",
    [
        r'os_name == "a\x22 #\nevil @ https://evil.example/x"',
        r'os_name != "a\x22 #\nevil @ https://evil.example/x"',
        r"os_name != 'a\n--index-url https://evil.example/\n'",
        r'os_name != "a\" or os_name == \"b"',
        'extra == "x"',
        'python_version ~= "nonsense"',
    ],
)
def test_no_marker_reaches_pip(marker: str) -> None:
    """However a marker is quoted, pip gets one line for each requirement, and it is told."""
    document = f"flask\nsix>=1; {marker}\n".encode()
    found = survey({"requirements.txt": document})

    asked = b"".join(each.files["requirements.txt"] for each in questions(found))

    assert LINE.fullmatch(asked)
    assert asked in {b"flask\n", b"flask\nsix>=1\n"}
    assert b"evil" not in asked
    kept = [each.line for each in (*found.not_assessed, *unasked(found))]
    assert kept == ([] if b"six" in asked else [2])


def test_what_was_required_points_at_the_line_of_its_root() -> None:
    """The first requirement that leads to a package is the line to look at."""
    told = report(
        Flask=("1.0", ["Werkzeug>=0.14", "Jinja2", "click ; extra == 'x'", "broken requirement ("]),
        Werkzeug=("0.14.1", ["MarkupSafe"]),
        MarkupSafe=("1.0", []),
        Jinja2=("2.10", []),
        gunicorn=("19.9.0", ["Werkzeug"]),
    )

    found = answer(question(), told)

    assert [f"{pin.name}=={pin.version} @{pin.line}" for pin in found.pins] == [
        "flask==1.0 @9",
        "werkzeug==0.14.1 @9",
        "markupsafe==1.0 @9",
        "gunicorn==19.9.0 @10",
    ]
    assert found.not_assessed == (
        NotAssessed(
            subject='requirements.txt: uvicorn[standard]<1,>=0.2; python_version > "3"',
            reason="pip did not choose it",
            path="requirements.txt",
            line=12,
        ),
    )


@pytest.mark.parametrize("told", [b"", b"null", b"{}", b'{"version": "2", "install": []}'])
def test_what_is_no_report_is_an_error(told: bytes) -> None:
    """An answer that can't be read answers nothing."""
    with pytest.raises(ValueError, match=r".+"):
        answer(question(), told)


def test_a_refusal_leaves_everything_open_with_pips_reason() -> None:
    """Why it failed is told, cut, without credentials, and with what pip was not told."""
    found = unanswered(question(), "ERROR: no\nhttps://u:p@host/simple")

    left_out = "(not used: the manifest's index options)"
    assert (len(found.pins), len(found.not_assessed), found.not_assessed[0].reason) == (
        0,
        3,
        f"pip could not resolve it: ERROR: no https://host/… {left_out}",
    )
