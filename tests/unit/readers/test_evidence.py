"""Reports of tests and coverage: what counts, what is added up, and what is no report."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.core.errors import EvidenceError
from drawgate.core.evidence import Counted, Document, Evidence, Reached
from drawgate.readers import evidence
from drawgate.readers.evidence import read_evidence

Write = Callable[..., Path]
CASES = """\
<testsuites><testsuite name="t" tests="4" failures="1" errors="1">
  <testcase name="a"><system-out>fine</system-out></testcase>
  <testcase name="b"><failure message="x">trace</failure></testcase>
  <testcase name="c"><error/></testcase>
  <testcase name="d"><skipped/></testcase>
</testsuite></testsuites>"""
COVERAGE = """\
<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<!-- made by a tool -->
<coverage version="7" line-rate="0.99"><packages><package><classes>
<class filename="a.py">
<methods><method><lines><line number="1" hits="0"/></lines></method></methods>
<lines><line number="1" hits="3"/><line number="2" hits="0"/><line number="3" hits="00"/></lines>
</class></classes></package></packages></coverage>"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def make(text: str | bytes, name: str = "report.xml") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make


def test_tests_that_ran_failed_and_were_skipped(write: Write) -> None:
    path = write(CASES)
    digest = hashlib.sha256(CASES.encode()).hexdigest()

    assert Evidence(
        documents=(Document(name="report.xml", form="JUnit", digest=digest),),
        tests=Counted(tests=4, failed=2, skipped=1),
    ) == read_evidence([path])


FAILING = "<testcase><failure/></testcase>"
NESTED = f'<testsuite failures="1"><testsuite failures="1">{FAILING}</testsuite></testsuite>'
BESIDE = f'<testsuites><testsuite failures="1"/><testsuite>{FAILING}</testsuite></testsuites>'


@pytest.mark.parametrize(
    ("text", "tests", "failed", "skipped"),
    [
        ("<testsuite/>", 0, 0, 0),
        ('<testsuite tests="9"/>', 0, 0, 0),
        ('<testsuite errors="1"/>', 0, 1, 0),
        ('<testsuite failures="2" errors="1"><testcase/></testsuite>', 1, 3, 0),
        ("<testsuite><testcase><failure/><error/></testcase></testsuite>", 1, 1, 0),
        ("<testsuite><testcase><skipped/><failure/></testcase></testsuite>", 1, 1, 0),
        ('<testsuite><testcase status="notrun"/></testsuite>', 1, 0, 1),
        ('<testsuite><testcase status="Disabled"/></testsuite>', 1, 0, 1),
        ('<testsuite><testcase status="run"/></testsuite>', 1, 0, 0),
        ("<testsuite><failure/></testsuite>", 0, 0, 0),
        (NESTED, 1, 1, 0),
        (BESIDE, 1, 2, 0),
        ('<testsuite xmlns="urn:x"><testcase/></testsuite>', 1, 0, 0),
        ('<t:testsuite xmlns:t="urn:x"><t:testcase/></t:testsuite>', 1, 0, 0),
        ('<testsuite failures=" "><testcase/></testsuite>', 1, 0, 0),
        ('<testsuite errors="999999999"/>', 0, 999_999_999, 0),
    ],
)  # fmt: skip
def test_dialects(write: Write, text: str, tests: int, failed: int, skipped: int) -> None:
    """What a suite says of itself counts where it is worse than its cases."""
    counted = Counted(tests=tests, failed=failed, skipped=skipped)

    assert counted == read_evidence([write(text)]).tests
    assert tests - skipped == counted.ran


def test_lines_are_counted_once_and_methods_not_again(write: Write) -> None:
    read = read_evidence([write(COVERAGE)])

    assert (Reached(lines=3, covered=1), None) == (read.coverage, read.tests)
    assert read.coverage
    assert 1 / 3 == read.coverage.share


def test_reports_are_added_up(write: Write) -> None:
    """A line that any run reaches is reached; a report that is named twice counts once."""
    other = COVERAGE.replace('number="2" hits="0"', 'number="2" hits="1"')
    more = other.replace('number="3" hits="00"', 'number="4" hits="0"')
    paths = [write(COVERAGE, "a.xml"), write(more, "b.xml"), write(CASES, "c.xml"),
             write(CASES, "again.xml"), write(CASE, "d.xml")]  # fmt: skip
    read = read_evidence(paths)

    assert Reached(lines=4, covered=2) == read.coverage
    assert Counted(tests=5, failed=2, skipped=1) == read.tests
    assert ["a.xml", "b.xml", "c.xml", "d.xml"] == [each.name for each in read.documents]


def test_lines_of_two_files_are_told_apart(write: Write) -> None:
    lines = '<lines><line number="1" hits="1"/></lines>'
    files = "".join(f'<class filename="{name}.py">{lines}</class>' for name in "ab")
    text = f'<coverage line-rate="1"><classes>{files}</classes></coverage>'

    assert Reached(lines=2, covered=2) == read_evidence([write(text)]).coverage


def test_what_is_no_line_is_passed_over(write: Write) -> None:
    text = LINE.format('number="1" hits="1"').replace("<line ", "<comment/><note/><line ")

    assert Reached(lines=1, covered=1) == read_evidence([write(text)]).coverage


def test_no_line_is_no_share(write: Write) -> None:
    read = read_evidence([write('<coverage line-rate="1"/>')])

    assert read.coverage == Reached()
    assert read.coverage.share is None


def test_no_report_says_nothing() -> None:
    assert Evidence() == read_evidence([])


def test_another_encoding(write: Write) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?><testsuite><testcase/></testsuite>'

    assert Counted(tests=1) == read_evidence([write(text.encode("utf-16"))]).tests
    assert Counted(tests=1) == read_evidence([write(b"\xef\xbb\xbf" + CASE)]).tests


CASE = b"<testsuite><testcase/></testsuite>"
LINE = '<coverage line-rate="1"><class><lines><line {}/></lines></class></coverage>'
ENTITY = '<!DOCTYPE t [<!ENTITY {}>]><testsuite><testcase name="&a;"/></testsuite>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is neither a JUnit nor a Cobertura report .give reports of tests"),
        ("tests passed", "is neither a JUnit nor"),
        ('{"tests": 3}', "is neither a JUnit nor"),
        ("<report/>", "is neither a JUnit nor"),
        ("<testsuite><testcase>", r"report\.xml:1:22: is not valid XML"),
        ("<testsuite>\n  <testcase></testsuite>", r"report\.xml:2:15: is not valid XML"),
        ("<testsuite/><testsuite/>", "is not valid XML"),
        (b"\x00\xff<testsuite/>", "is not valid XML"),
        ('<testsuite failures="many"/>', "a test suite whose 'failures' is no number"),
        ('<testsuite errors="-1"/>', "a test suite whose 'errors' is no number"),
        ('<testsuite errors="1000000000"/>', "'errors' is no number"),
        ('<testsuite errors="\u0663"/>', "'errors' is no number"),
        ('<coverage generated="1"/>', "not in the form of Cobertura"),
        (LINE.format('hits="1"'), "has a line without a number"),
        (LINE.format('number="1" hits="x"'), "without a number of hits"),
        (ENTITY.format('a "aaaa"'), "declares entities, or asks for other files"),
        (ENTITY.format('a SYSTEM "file:///etc/hostname"'), "declares entities"),
        (ENTITY.format('% b SYSTEM "http://127.0.0.1/x"'), "declares entities"),
        ('<?xml version="1.0" encoding="klingon"?><testsuite/>', "unknown encoding"),
        ("<testsuite>" * 100_000, "is not valid XML"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_an_error(write: Write, text: str | bytes, message: str) -> None:
    with pytest.raises(EvidenceError, match=message) as error:
        read_evidence([write(text)])

    assert "report.xml" in error.value.where
    assert 2 == error.value.exit_code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"none\.xml: can't be read: No such file"):
        read_evidence([tmp_path / "none.xml"])
    with pytest.raises(EvidenceError, match="can't be read: Is a directory"):
        read_evidence([tmp_path])


def test_a_huge_file_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "MAX_BYTES", 1 << 20)
    path = write(CASE + b" " * ((1 << 20) - len(CASE)))
    assert read_evidence([path]).tests

    with pytest.raises(EvidenceError, match="is larger than 1 MiB"):
        read_evidence([write(CASE + b" " * (1 << 20))])
