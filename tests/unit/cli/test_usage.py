"""A wrong command line is answered in one voice: what, where, what next, and no secret."""

import sys

import pytest

from drawgate import cli

SECRET = "ghp_" + "0" * 12 + "notreal"


def refused(*words: str, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> str:
    """Run the program on words that it must refuse with 2; give what it says."""
    patch.setattr(sys, "argv", ["drawgate", *words])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr()
    assert (2, "") == (left.value.code, said.out)
    return said.err


KINDS = "code, container, dast, dependencies, iac, license, sbom, secrets"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("scna", "drawgate: unknown command 'scna'\n  did you mean 'scan'?\n"),
        ("tools dcotor", "drawgate: unknown command 'dcotor'\n  did you mean 'doctor'?\n"),
        ("scan --outputdir x", "unknown option '--outputdir'\n  did you mean --output-dir?\n"),
        ("scan --zzz", "drawgate: unknown option '--zzz'\n  see `drawgate scan --help`\n"),
        ("scan --fail-on hihg", "--fail-on: unknown value 'hihg'\n  did you mean 'high'?\n"),
        ("scan --kind code,x", f"drawgate: --kind: unknown value 'x'\n  known: {KINDS}\n"),
        ("scan --color blue", "--color: unknown value 'blue'\n  known: always, auto, never\n"),
        (
            "scan --only checkov",
            "drawgate: --only: no adapter is called 'checkov'\n  known: bandit, ",
        ),
        ("scan --skip bandti", "--skip: no adapter is called 'bandti'\n  did you mean 'bandit'?\n"),
        ("scan --only hunter2", "drawgate: --only: no adapter is called that\n  known: bandit, "),
        (
            "scan -f xml",
            "drawgate: --format: no format is called 'xml'\n  known: baseline, csv, cyclonedx-",
        ),
        (
            "scan --policy srict",
            "drawgate: --policy: no policy pack is called 'srict'\n  did you mean 'strict'?",
        ),
        (
            "merge a.sarif",
            "--output: is missing\n  write it like `drawgate merge [OPTIONS] LOG… -o OUT",
        ),
        ("scan -f markdow", "no format is called 'markdow'\n  did you mean 'markdown'?\n"),
        ("scan --jobs 0", "drawgate: --jobs: must be a whole number from 1 upward\n"),
        ("scan --timeout nan", "drawgate: --timeout: must be a number from 1 to 86,400\n"),
        ("scan --only", "drawgate: --only: needs a value\n"),
        ("scan --offline=yes", "drawgate: --offline: takes no value\n"),
        ("scan --as-of soon", "--as-of: is no date\n  write it like 2026-11-21 or"),
        ("gate", "drawgate: LOG: is missing\n  write it like `drawgate gate [OPTIONS] LOG`\n"),
        ("gate a b", "drawgate: there are more words than the command takes\n  write it like"),
    ],
)
def test_what_is_wrong_and_what_to_do(
    words: str, expected: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest right word is offered, else where to look."""
    assert expected in refused(*words.split(), capsys=capsys, patch=monkeypatch)


@pytest.mark.parametrize(
    "option",
    [
        "only",
        "skip",
        "kind",
        "include",
        "exclude",
        "files",
        "advisories",
        "policy",
        "output-dir",
        "as-of",
        "format",
    ],
)
def test_an_empty_value_is_not_the_default(
    option: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--only "$UNSET"` must not run everything, nor `--policy "$UNSET"` judge with the default."""
    said = refused("scan", f"--{option}", "", capsys=capsys, patch=monkeypatch)

    assert f"drawgate: --{option}: is empty\n  give it a value, or leave it out\n" == said


def test_an_empty_target_is_not_this_directory(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refused("scan", "", capsys=capsys, patch=monkeypatch)

    assert "drawgate: TARGET: is empty\n  give it a value, or leave it out\n" == said


@pytest.mark.parametrize(
    "words",
    [
        [SECRET],
        ["scan", f"--{SECRET}"],
        ["scan", f"--token={SECRET}"],
        *(["scan", f"--{name}", SECRET] for name in ("kind", "fail-on", "color", "jobs", "as-of")),
        ["scan", "-f", SECRET],
        ["scan", f"--offline={SECRET}"],
        ["gate", "a", SECRET],
    ],
)
def test_a_token_in_the_wrong_place_is_not_repeated(
    words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build's log is read by many."""
    assert "notreal" not in refused(*words, capsys=capsys, patch=monkeypatch)


def test_verbose_says_where_an_error_arose(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Types and places only: the words of a cause may repeat a wrong value."""
    said = refused("merge", "-v", "/nowhere", "-o", "x", capsys=capsys, patch=monkeypatch)

    assert "FileNotFoundError arose in " in said


def test_a_configuration_with_a_mistake_is_refused_everywhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even by commands that have no use for one."""
    words = ("tools", "list", "--config", "/nowhere.toml")

    expected = "drawgate: /nowhere.toml: can't be read: No such file or directory\n"
    assert expected == refused(*words, capsys=capsys, patch=monkeypatch)
