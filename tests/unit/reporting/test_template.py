"""A template of the user's is filled with plain data, and can neither hang, nor grow, nor act."""

import csv
import json
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from drawgate import resources
from drawgate.core.errors import UsageError
from drawgate.reporting.template import fill
from drawgate.reporting.view import View

_EXAMPLES = sorted((resources.data("reports") / "examples").iterdir())


def template(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.write_text(source)
    return path


def filled(folder: Path, name: str, source: str, view: View) -> str:
    return fill(template(folder, name, source), view).decode()


def test_it_gets_the_json_report(red: View, tmp_path: Path) -> None:
    """Every name of the JSON report is there, and nothing else."""
    source = "{{ status }} {{ verdict.exit_code }} {{ findings | length }} {{ groups[0].name }}"

    said = filled(tmp_path, "a.txt", source, red)

    assert f"FAILED 1 {len(red.rows)} {red.groups[0].name}" == said


@pytest.mark.parametrize("example", _EXAMPLES, ids=lambda path: path.name)
def test_our_examples_can_be_filled(example: Path, red: View, crowd: View) -> None:
    assert red.headline in fill(example, red).decode().replace("`", "")
    assert fill(example, crowd)


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("\n{% for x in %}", 2, "Expected an expression"),
        ("{% include '/etc/passwd' %}", 1, "no loader"),
        ("\n\n{{ 1 / 0 }}", 3, "ZeroDivisionError"),
        ("{{ nothing }}", 1, "'nothing' is undefined"),
        ("{{ findings[0].colour }}", 1, "has no attribute 'colour'"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ '{0.__class__}'.format('x') }}", 1, "unsafe"),
        ("{{ cycler.__init__.__globals__ }}", 1, "unsafe"),
        ("{{ findings.clear() }}", 1, "unsafe"),
        ("{{ 'a' * 10 ** 10 }}", 1, "MemoryError"),
        ("{% for n in range(10 ** 9) %}{% endfor %}", 1, "Range too big"),
    ],
)
def test_a_wrong_template(source: str, line: int, what: str, red: View, tmp_path: Path) -> None:
    """It is told with its line; what is not a template's business is refused."""
    path = template(tmp_path, "a.txt", source)

    with pytest.raises(UsageError, match=what) as told:
        fill(path, red)

    assert told.value.where == f"{path}:{line}"


def test_an_endless_template_is_ended(red: View, tmp_path: Path) -> None:
    loops = "{% set r = range(99999) %}" + "{% for a in r %}" * 3 + "{% endfor %}" * 3
    began = time.monotonic()

    with pytest.raises(UsageError, match="did not finish within 1 s"):
        fill(template(tmp_path, "a.txt", loops), red, seconds=1)

    assert time.monotonic() - began < 20


@pytest.mark.parametrize("source", [b"\xff\xfe", b"a" * (32 << 20)], ids=["bytes", "huge"])
def test_what_is_no_text(source: bytes, red: View, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(source)

    with pytest.raises(UsageError, match=r"UTF-8|larger"):
        fill(path, red)


def test_pages_escape(crowd: View, tmp_path: Path) -> None:
    """Also under an unknown ending, and after a filter of another language was asked for."""
    source = "<p>{% for f in findings %}<i>{{ f.message }}</i>{% endfor %}</p>"

    for name in ("a.html.j2", "a.xml", "a.tmpl", "report"):
        page = ET.fromstring(filled(tmp_path, name, source, crowd))  # noqa: S314 - ours

        assert len(crowd.rows) == len(page)
        assert not [each for each in page if len(each)]
    with pytest.raises(UsageError, match="No filter named 'code'"):
        filled(tmp_path, "a.html", "{{ findings[0].message | code }}", crowd)


def test_other_languages_clean(crowd: View, tmp_path: Path) -> None:
    """A text is one cell, one JSON string, one line of text."""
    rows = "{% for f in findings %}{{ f.message }},{{ f.path }}\n{% endfor %}"
    strings = (
        '[{% for f in findings %}"{{ f.message }}"{% if not loop.last %},{% endif %}{% endfor %}]'
    )

    table = list(csv.reader(filled(tmp_path, "a.csv", rows, crowd).splitlines(), strict=True))
    texts: list[Any] = json.loads(filled(tmp_path, "a.json", strings, crowd))
    lines = filled(tmp_path, "a.txt", rows, crowd)

    assert len(crowd.rows) == len(table) == len(texts) == lines.count("\n")
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@"))]
    assert not [c for c in lines if c != "\n" and not c.isprintable()]


def test_prose_does_nothing(crowd: View, tmp_path: Path) -> None:
    """In Markdown, what a renderer could act on stands in code spans; `safe` is the way out."""
    said = filled(tmp_path, "a.md.j2", '{{ "**a** @b" }} {{ "**a**" | safe }}', crowd)

    assert "`**a** @b` **a**" == said
