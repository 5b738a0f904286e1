"""Asking the mirror: which records name a version, and what is known about an id."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from drawgate.advisories.mirror import default_mirror_path, open_any, open_mirror
from drawgate.advisories.store import import_data
from drawgate.core.advisory import Advisory
from drawgate.core.errors import AdvisoryError
from drawgate.core.finding import Dependency, Finding, Kind, Rule
from drawgate.core.severity import Severity

Make = Callable[..., Any]
Record = dict[str, Any]


@pytest.fixture
def mirrored(foldered: Make) -> Iterator[Make]:
    """Open a mirror of these records."""
    with ExitStack() as stack:
        yield lambda *records: stack.enter_context(open_any(foldered(*records)))


def affected(name: str = "flask", ecosystem: str = "PyPI", **keys: object) -> list[Record]:
    return [{"package": {"ecosystem": ecosystem, "name": name}, **keys}]


def ranged(*events: tuple[str, str], kind: str = "ECOSYSTEM") -> list[Record]:
    return [{"type": kind, "events": [dict([event]) for event in events]}]


def ids(records: list[Record]) -> list[str]:
    return [record["id"] for record in records]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("0.9", ["PYSEC-1"]),
        ("1.0rc1", ["PYSEC-1"]),
        ("1.0", []),
        ("1.0+local", []),
        ("2.0", ["PYSEC-1"]),
        ("2.0+cpu", ["PYSEC-1"]),
        ("2.0.1", []),
        ("3.1", ["PYSEC-1"]),
    ],
)
def test_ranges_are_evaluated_as_osv_does(
    mirrored: Make, record: Make, version: str, expected: object
) -> None:
    """Bounds count in the order of versions, whatever the order in the record."""
    events = ranged(
        ("introduced", "3.0"),
        ("fixed", "1.0"),
        ("introduced", "0"),
        ("last_affected", "2.0"),
        ("introduced", "2.0"),
    )

    found = mirrored(record(affected=affected(ranges=events))).affecting("PyPI", "flask", version)

    assert expected == ids(found)


@pytest.mark.parametrize(
    ("version", "expected"),
    [("1.0", ["X"]), ("1.0.0", ["X"]), ("2.0.0rc1", ["X"]), ("1.0.1", []), ("0", [])],
)
def test_listed_versions_match_in_any_spelling(
    mirrored: Make, record: Make, version: str, expected: object
) -> None:
    """PEP 440 has several spellings of one version; a pin may use another than the index."""
    listed = affected(versions=["1.0", "2.0-rc.1", "0.7.10p1"])

    found = mirrored(record("X", affected=listed)).affecting("PyPI", "flask", version)

    assert expected == ids(found)


def test_names_are_compared_normalised(mirrored: Make, record: Make) -> None:
    """PEP 503: Zope.Interface, zope-interface and zope_interface are one package."""
    found = mirrored(record(affected=affected(name="Zope_Interface", versions=["1"]))).affecting(
        "PyPI", "zope.interface", "1"
    )

    assert ["PYSEC-1"] == ids(found)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("introduced", "0"), ("fixed", "0.2.0-n653")], ["PYSEC-1"]),
        ([("introduced", "what"), ("fixed", "9")], ["PYSEC-1"]),
        ([("introduced", "what"), ("fixed", "1")], []),
        ([("introduced", "0"), ("limit", "*")], ["PYSEC-1"]),
        ([("introduced", "0"), ("limit", "what")], ["PYSEC-1"]),
        ([("introduced", "0"), ("limit", "1"), ("limit", "6")], ["PYSEC-1"]),
        ([("introduced", "0"), ("limit", "1")], []),
        (
            [("introduced", "0"), ("fixed", "1"), ("introduced", "what"), ("fixed", "9")],
            ["PYSEC-1"],
        ),
        ([("introduced", "0"), ("fixed", "1"), ("introduced", "what"), ("fixed", "2")], []),
        ([("introduced", "what"), ("fixed", "2"), ("introduced", "4")], ["PYSEC-1"]),
    ],
)
def test_an_unreadable_bound_never_makes_clean(
    mirrored: Make, record: Make, events: list[tuple[str, str]], expected: object
) -> None:
    """A bound nobody can compare is left out on the side that reports."""
    found = mirrored(record(affected=affected(ranges=ranged(*events)))).affecting(
        "PyPI", "flask", "5.0"
    )

    assert expected == ids(found)


@pytest.mark.parametrize(
    "said",
    [
        {"ranges": ranged(("introduced", "0"), kind="GIT")},
        {"ranges": ranged(("introduced", "0"), kind="PEP440")},
        {"ranges": ranged()},
        {"versions": []},
        {},
    ],
)
def test_a_record_that_names_no_versions_is_no_clean_answer(
    mirrored: Make, record: Make, said: dict[str, object]
) -> None:
    """Commits, or nothing at all, do not say that a released version is not affected."""
    mirror = mirrored(record(affected=affected(**said)))

    with pytest.raises(AdvisoryError, match="PYSEC-1 does not say which versions of flask"):
        mirror.affecting("PyPI", "flask", "1")


@pytest.mark.parametrize("when", ["", "soon", "0001-01-01T00:00:00Z"])
def test_what_is_withdrawn_on_no_day_stands(mirrored: Make, record: Make, when: str) -> None:
    """A record is gone only when its authors say since when."""
    mirror = mirrored(record(withdrawn=when))

    assert ["PYSEC-1"] == ids(mirror.affecting("PyPI", "flask", "0.1"))


def test_a_withdrawn_record_does_not_match_and_lends_no_severity(
    mirrored: Make, record: Make
) -> None:
    """Withdrawn means its authors take it back."""
    gone = record("GHSA-1", withdrawn="2024-06-01T00:00:00Z", aliases=["CVE-1"])
    gone["database_specific"] = {"severity": "CRITICAL"}
    mirror = mirrored(gone, record("PYSEC-1", aliases=["CVE-1"]))

    assert ["PYSEC-1"] == ids(mirror.affecting("PyPI", "flask", "0.1"))
    assert mirror.advisory("PYSEC-1", "PyPI", "flask").severity is Severity.UNKNOWN
    assert mirror.advisory("GHSA-1", "PyPI", "flask") is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1.2.3-alpha.2", ["X"]),
        ("1.2.3-alpha.10", ["X"]),
        ("1.2.3-beta", []),
        ("1.2.3", []),
        ("0.1.0", ["X"]),
    ],
)
def test_npm_versions_follow_semver(
    mirrored: Make, record: Make, version: str, expected: object
) -> None:
    """Pre-releases sort before their release, numbers as numbers (SemVer §11)."""
    one = affected(
        "left-pad",
        "npm",
        ranges=ranged(("introduced", "0"), ("fixed", "1.2.3-beta"), kind="SEMVER"),
    )

    assert expected == ids(
        mirrored(record("X", affected=one)).affecting("npm", "left-pad", version)
    )


def test_what_can_not_be_asked_is_an_error(mirrored: Make, record: Make) -> None:
    """No data about an ecosystem, no order for it, or no version: none of these is "clean"."""
    mirror = mirrored(record(), record("D", affected=affected("bash", "Haiku:1", versions=["5"])))

    with pytest.raises(AdvisoryError, match="holds nothing about 'npm'"):
        mirror.affecting("npm", "flask", "1.0.0")
    assert ["D"] == ids(mirror.affecting("Haiku:1", "bash", "5"))
    with pytest.raises(AdvisoryError, match="'latest' is no version of PyPI"):
        mirror.affecting("PyPI", "flask", "latest")


def test_an_advisory_joins_all_records_of_one_vulnerability(mirrored: Make, record: Make) -> None:
    """A PYSEC record without severity, CWE and summary gets them through shared aliases."""
    pysec = record("PYSEC-1", aliases=["CVE-1"], details="A long story.")
    ghsa = record(
        "GHSA-1",
        aliases=["CVE-1"],
        summary="In short",
        severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        database_specific={"severity": "LOW", "cwe_ids": ["CWE-79", "CWE-20", "odd"]},
        references=[
            {"type": "WEB", "url": "https://example.org/blog"},
            {"type": "ADVISORY", "url": "https://example.org/advisory"},
        ],
    )

    found = mirrored(pysec, ghsa).advisory("PYSEC-1", "PyPI", "Flask")

    assert found == Advisory(
        id="PYSEC-1",
        aliases=("CVE-1", "GHSA-1"),
        summary="A long story.",
        details="A long story.",
        severity=Severity.CRITICAL,
        score=9.8,
        vector="CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        cwe=(20, 79),
        fixed=("1.0",),
        url="https://osv.dev/vulnerability/PYSEC-1",
        modified="2024-05-01T00:00:00Z",
        rated_by="GHSA-1 CVSS_V3",
    )


def test_the_worst_of_several_relatives_rates(mirrored: Make, record: Make) -> None:
    """Where databases differ and the record itself is silent, nothing is made smaller."""
    words = {"A": "LOW", "B": "HIGH", "C": "MODERATE", "D": "no such word"}
    relatives = [
        record(name, aliases=["CVE-1"], database_specific={"severity": word})
        for name, word in words.items()
    ]

    found = mirrored(record("PYSEC-1", aliases=["CVE-1"]), *relatives)

    assert found.advisory("PYSEC-1", "PyPI", "flask").severity is Severity.HIGH


def test_an_alias_is_as_good_as_an_id(mirrored: Make, record: Make) -> None:
    """pip-audit reports a GHSA record under its CVE."""
    mirror = mirrored(record("GHSA-1", aliases=["CVE-1"]))

    found = mirror.advisory("CVE-1", "PyPI", "flask")

    assert (found.id, found.aliases, found.fixed) == ("CVE-1", ("GHSA-1",), ("1.0",))


def test_malicious_packages_are_marked(mirrored: Make, record: Make) -> None:
    """OpenSSF's MAL- records are about packages that are attacks themselves."""
    mirror = mirrored(record("MAL-2024-1"))

    assert mirror.advisory("MAL-2024-1", "PyPI", "flask").malicious


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ([("CVSS_V2", "AV:N/AC:L/Au:N/C:P/I:P/A:P")], (Severity.HIGH, 7.5)),
        (
            [
                ("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"),
                ("CVSS_V4", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N"),
            ],
            (Severity.MEDIUM, 6.9),
        ),
        ([("CVSS_V3", "CVSS:3.1/AV:broken")], (Severity.UNKNOWN, None)),
        ([("CVSS_V3", "")], (Severity.UNKNOWN, None)),
        ([("Ubuntu", "medium")], (Severity.UNKNOWN, None)),
    ],
)
def test_vectors_are_scored_and_a_wrong_one_is_unknown(
    mirrored: Make, record: Make, severity: list[tuple[str, str]], expected: object
) -> None:
    """The newest readable vector counts; what can't be read is unknown and never zero."""
    entries = [{"type": kind, "score": score} for kind, score in severity]

    found = mirrored(record(severity=entries)).advisory("PYSEC-1", "PyPI", "flask")

    assert expected == (found.severity, found.score)


def test_severity_inside_affected_counts(mirrored: Make, record: Make) -> None:
    """OSV allows the vector beside the package it is about."""
    one = record()
    one["affected"][0]["severity"] = [{"type": "CVSS_V2", "score": "AV:N/AC:L/Au:N/C:P/I:P/A:P"}]

    assert mirrored(one).advisory("PYSEC-1", "PyPI", "flask").score == 7.5


def test_fixed_versions_are_those_of_the_package_in_order(mirrored: Make, record: Make) -> None:
    """A record may be about several packages, and its ranges stand in any order."""
    both = [
        *affected(
            ranges=ranged(("introduced", "0"), ("fixed", "10.0"), ("fixed", "9.1"), ("fixed", "no"))
        ),
        *affected("other", ranges=ranged(("introduced", "0"), ("fixed", "5.0"))),
    ]

    found = mirrored(record(affected=both)).advisory("PYSEC-1", "PyPI", "flask")

    assert found.fixed == ("9.1", "10.0")


def test_advisories_are_looked_up_once_for_each_package(mirrored: Make, record: Make) -> None:
    """Findings without a dependency, or with an id nobody knows, have no entry."""
    rule = Rule(id="PYSEC-1")

    def finding(advisory: str) -> Finding:
        dependency = Dependency(ecosystem="PyPI", name="flask", version="0.1", advisory=advisory)
        return Finding(kind=Kind.DEPENDENCIES, rule=rule, message="", dependency=dependency)

    plain = Finding(kind=Kind.CODE, rule=rule, message="")

    found = mirrored(record()).advisories(
        [finding("PYSEC-1"), finding("PYSEC-1"), finding("CVE-404"), plain]
    )

    assert ["PyPI/flask/PYSEC-1"] == list(found)


def test_a_temporary_mirror_is_deleted(
    tmp_path: Path, foldered: Make, record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--advisories FOLDER` builds a mirror for one scan and leaves nothing behind."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))

    with open_any(foldered(record())) as mirror:
        assert mirror.data.records == 1
        assert len(list(place.iterdir())) == 1

    assert [] == list(place.iterdir())


def test_a_mirror_is_opened_in_place(tmp_path: Path, foldered: Make, record: Make) -> None:
    """`--advisories MIRROR` builds nothing."""
    import_data(foldered(record()), tmp_path / "mirror.sqlite")

    with open_any(tmp_path / "mirror.sqlite") as mirror:
        assert mirror.data.source == "records"


def test_a_missing_mirror_names_the_command(tmp_path: Path) -> None:
    """Without data nothing can be audited, and the error says what to do."""
    with pytest.raises(AdvisoryError, match="drawgate advisories sync"):
        open_mirror(tmp_path / "nothing.sqlite")


@pytest.mark.parametrize(
    ("variable", "expected"),
    [
        ("/data", "/data/drawgate/advisories.sqlite"),
        ("relative", "/home/x/.local/share/drawgate/advisories.sqlite"),
        ("", "/home/x/.local/share/drawgate/advisories.sqlite"),
    ],
)
def test_the_default_place_follows_xdg(
    monkeypatch: pytest.MonkeyPatch, variable: str, expected: str
) -> None:
    """A relative XDG_DATA_HOME is ignored, as the specification says."""
    monkeypatch.setenv("HOME", "/home/x")
    monkeypatch.setenv("XDG_DATA_HOME", variable)

    assert Path(expected) == default_mirror_path()


def test_each_package_of_a_record_is_rated_by_itself(mirrored: Make, record: Make) -> None:
    """A mild flaw of one package makes the severe one of another no milder, whatever the order."""
    severe = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]
    mild = [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"}]
    listed = [
        {**affected(name="flask", versions=["1"])[0], "severity": severe},
        {**affected(name="werkzeug", versions=["1"])[0], "severity": mild},
    ]
    mirror = mirrored(record(affected=listed))

    found = {
        name: mirror.advisory("PYSEC-1", "PyPI", name).severity
        for name in ("flask", "werkzeug", "jinja2")
    }

    assert found == {
        "flask": Severity.CRITICAL, "werkzeug": Severity.LOW, "jinja2": Severity.CRITICAL,
    }  # fmt: skip
