"""What several reports say of one flaw is one finding, and nothing is hidden by it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Membership,
    Region,
    Suppression,
    SuppressionKind,
)
from drawgate.core.severity import Severity
from drawgate.triage.correlate import correlate, separate

Maker = Callable[..., Finding]
NOSEC = (Suppression(kind=SuppressionKind.IN_SOURCE),)


def groups(*findings: Finding) -> list[list[str]]:
    """Give the identities of each group, the primary first; those alone are left out."""
    found: dict[str, list[Finding]] = {}
    for each in correlate(findings):
        if each.membership:
            found.setdefault(each.membership.group, []).append(each)
    for members in found.values():
        assert 1 == sum(not member.folded for member in members)
    ordered = [sorted(members, key=lambda m: (m.folded, m.identity)) for members in found.values()]
    return sorted([member.identity for member in members] for members in ordered)


@pytest.fixture
def code(finding: Maker) -> Maker:
    """Make a finding in code: tool, rule, then a region as start and end."""

    def make(tool: str, rule: str, *region: int, **facts: Any) -> Finding:  # noqa: ANN401 - any field
        line = region[0] if region else 5
        names = ("start_line", "start_column", "end_line", "end_column")
        given = dict(zip(names, region, strict=False)) if len(region) > 1 else {}
        facts.setdefault("identity", f"{tool}:{rule}:{'-'.join(map(str, region))}")
        facts.setdefault("severity", Severity.MEDIUM)
        place = Region(**given) if given else None
        return finding(line=line, rule=rule, tool=tool, region=place, **facts)

    return make


@pytest.fixture
def package(finding: Maker) -> Maker:
    """Make a finding about django 2.2.3 in requirements.txt: tool, advisory, aliases."""

    def make(tool: str, advisory: str, *aliases: str, **facts: Any) -> Finding:  # noqa: ANN401 - any field
        names = {"name": "django", "version": "2.2.3"}
        names = {key: facts.pop(key, value) for key, value in names.items()}
        dependency = Dependency(ecosystem="PyPI", advisory=advisory, aliases=aliases, **names)
        facts.setdefault("identity", f"{tool}:{advisory}")
        facts.setdefault("path", "requirements.txt")
        facts.setdefault("severity", Severity.HIGH)
        return finding(kind=Kind.DEPENDENCIES, tool=tool, dependency=dependency, **facts)

    return make


@pytest.mark.parametrize("turn", [1, -1])
def test_a_report_about_two_flaws_does_not_make_them_one(package: Maker, turn: int) -> None:
    """The severe one of two CVE numbers is no part of the mild one's group."""
    found = [
        package("osv-scanner", "PYSEC-2020-1", "CVE-2020-1111", "CVE-2020-2222"),
        package("trivy", "CVE-2020-1111", severity=Severity.LOW),
        package("trivy", "CVE-2020-2222", severity=Severity.CRITICAL),
        package("grype", "GHSA-6r97-cj55-9hrq", "CVE-2020-2222"),
    ]

    assert groups(*found[::turn]) == [
        ["osv-scanner:PYSEC-2020-1", "trivy:CVE-2020-1111"],
        ["trivy:CVE-2020-2222", "grype:GHSA-6r97-cj55-9hrq"],
    ]


def test_a_report_about_two_flaws_joins_who_has_none_of_their_numbers(package: Maker) -> None:
    """Where nobody keeps them apart, they are what the reports call them."""
    found = (
        package("pip-audit", "PYSEC-2020-1", "CVE-2020-1111", "CVE-2020-2222"),
        package("safety", "CVE-2020-1111", "CVE-2020-2222"),
        package("grype", "PYSEC-2020-1"),
    )

    assert len(groups(*found)) == 1


@pytest.fixture
def secret(finding: Maker) -> Maker:
    """Make a secret on line 3: tool, rule."""

    def make(tool: str, rule: str, line: int = 3, **facts: Any) -> Finding:  # noqa: ANN401 - any field
        facts.setdefault("identity", f"{tool}:{rule}")
        return finding(line=line, kind=Kind.SECRETS, tool=tool, rule=rule, **facts)

    return make


def test_aliases_are_followed(package: Maker) -> None:
    """Two reports that share no name meet in a third that knows both of theirs."""
    found = (
        package("trivy", "CVE-2019-14234"),
        package("grype", "GHSA-6r97-cj55-9hrq"),
        package("pip-audit", "PYSEC-2019-13", "cve-2019-14234", "GHSA-6r97-cj55-9hrq"),
        package("trivy", "CVE-2020-0001"),
    )

    assert [["pip-audit:PYSEC-2019-13", "grype:GHSA-6r97-cj55-9hrq", "trivy:CVE-2019-14234"]] == (
        groups(*found)
    )


@pytest.mark.parametrize(
    "other",
    [
        {"version": "2.2.4"},
        {"name": "django-rest"},
        {"path": "requirements-dev.txt"},
    ],
)
def test_another_package_is_another_finding(package: Maker, other: dict[str, str]) -> None:
    """Package, version and manifest must be the same."""
    assert [] == groups(package("pip-audit", "CVE-1-1"), package("trivy", "CVE-1-1", **other))


def test_a_name_is_spelt_in_many_ways(package: Maker) -> None:
    one = package("pip-audit", "CVE-1-1", name="my-package")
    other = package("trivy", "CVE-1-1", name="My_Package")

    assert [["pip-audit:CVE-1-1", "trivy:CVE-1-1"]] == groups(one, other)


def test_what_is_no_name_joins_nothing(package: Maker) -> None:
    found = (package("safety", "12345", "n/a", ""), package("trivy", "CVE-1-1", "N/A", ""))

    assert [] == groups(*found)


def test_equivalent_rules_at_one_place(code: Maker) -> None:
    """Bandit's B602 is ruff's S602, and our rule where the text is a stranger's."""
    found = (
        code("ruff", "S602", 5, 5, 5, 20),
        code("bandit", "B602", 5, 5, 7, 2),
        code("semgrep", "drawgate.python.command-injection", 5, 21, 5, 30),
        code("bandit", "B607", 5, 5, 7, 2),
    )

    assert [
        ["semgrep:drawgate.python.command-injection:5-21-5-30",
         "bandit:B602:5-5-7-2", "ruff:S602:5-5-5-20"],
    ] == groups(*found)  # fmt: skip


def test_a_tool_without_columns_covers_its_line(code: Maker) -> None:
    found = (
        code("hadolint", "DL3007", 1),
        code("semgrep", "drawgate.dockerfile.latest-base", 1, 1, 1, 9),
    )

    assert 1 == len(groups(*found))


def test_two_calls_on_one_line_stay_two(code: Maker) -> None:
    """Each finds its own by the column, and no tool is twice in a group."""
    found = (
        code("bandit", "B307", 5, 1, 5, 8),
        code("bandit", "B307", 5, 10, 5, 17),
        code("ruff", "S307", 5, 10, 5, 17),
        code("ruff", "S307", 5, 1, 5, 8),
    )

    assert [["bandit:B307:5-1-5-8", "ruff:S307:5-1-5-8"],
            ["bandit:B307:5-10-5-17", "ruff:S307:5-10-5-17"]] == groups(*found)  # fmt: skip


def test_no_chain_joins_unrelated_lines(code: Maker) -> None:
    """A finding that covers a whole block speaks for one narrow finding in it, not for all."""
    block = code("semgrep", "drawgate.actions.script-injection", 10, 1, 30, 5)
    first = code("zizmor", "template-injection", 12, 3, 12, 9)
    second = code("zizmor", "template-injection", 25, 3, 25, 9)
    third = code("other", "x", 25, 3, 25, 9, cwe=(78,))

    assert [[block.identity, first.identity]] == groups(block, first, second)
    wide = code("semgrep", "drawgate.python.command-injection", 10, 1, 30, 5)
    narrow = code("bandit", "B602", 11, 1, 11, 9)
    assert [[wide.identity, narrow.identity]] == groups(wide, narrow, third)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("bandit", "B602", 5, 1, 5, 9), ("ruff", "S602", 6, 1, 6, 9)),
        (("bandit", "B602", 5, 1, 5, 9), ("ruff", "S603", 5, 1, 5, 9)),
        (("bandit", "B602", 5, 1, 5, 9), ("bandit", "B605", 5, 1, 5, 9)),
    ],
)
def test_what_stays_apart(code: Maker, one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    """Other lines, other flaws, and whatever one tool says twice."""
    assert [] == groups(code(*one), code(*other))


def test_never_over_different_files(code: Maker) -> None:
    assert [] == groups(code("bandit", "B602"), code("ruff", "S602", path="b.py"))


def test_weakness_decides_where_the_table_is_silent(code: Maker) -> None:
    """Equal CWE of the table's list, and the same columns where both tools say some."""
    codeql = code("codeql", "py/sql-injection", 5, 10, 5, 20, cwe=(89,))

    assert 1 == len(groups(codeql, code("bandit", "B608", 5, 12, 5, 40)))
    assert 1 == len(groups(codeql, code("sonarqube", "S3649", 5, cwe=(89, 20))))
    assert [] == groups(codeql, code("bandit", "B608", 5, 21, 5, 40))
    assert [] == groups(codeql, code("sonarqube", "S3649", 5, cwe=(564,)))
    assert [] == groups(*(code(tool, "x", 5, cwe=(20,)) for tool in ("codeql", "sonarqube")))


def test_secrets_of_one_line(secret: Maker) -> None:
    """The exact detector speaks for those that guess; another line is another secret."""
    found = (
        secret("detect-secrets", "secret-keyword"),
        secret("detect-secrets", "aws-access-key"),
        secret("gitleaks", "aws-access-token"),
        secret("detect-secrets", "private-key", 4),
    )

    assert [["detect-secrets:aws-access-key", "detect-secrets:secret-keyword",
             "gitleaks:aws-access-token"]] == groups(*found)  # fmt: skip


def test_the_best_guess_speaks(secret: Maker) -> None:
    """A name beside a text tells more than how random it looks."""
    found = [secret("detect-secrets", f"{kind}-high-entropy-string") for kind in ("base64", "hex")]
    keyword = secret("detect-secrets", "secret-keyword")

    (group,) = groups(*found, keyword)

    assert keyword.identity == group[0]


def test_two_secrets_on_one_line(secret: Maker) -> None:
    """What one detector reports twice of a line is there twice."""
    found = (
        secret("detect-secrets", "json-web-token", identity="a"),
        secret("detect-secrets", "json-web-token", identity="b"),
        secret("gitleaks", "jwt", identity="c"),
    )

    assert [["a", "c"]] == groups(*found)


def test_secrets_that_share_a_line_excuse_each_other_by_nothing(secret: Maker) -> None:
    """They may be two: the worst of the exact detectors counts, and no guess, nor any score."""

    def rated(*found: Finding) -> tuple[Severity, str]:
        primary = next(each for each in correlate(found) if not each.folded)
        assert primary.membership
        return primary.severity, primary.membership.basis

    mild = secret("detect-secrets", "secret-keyword", severity=Severity.LOW, score=2.0)
    slack = secret("trufflehog", "Slack", severity=Severity.MEDIUM, score=5.0)
    aws = secret("trufflehog", "AWS", severity=Severity.CRITICAL)
    nobody_knows = secret("gitleaks", "jwt", severity=Severity.UNKNOWN)

    assert rated(mild, slack) == (Severity.MEDIUM, "word")
    assert rated(mild, slack, aws) == (Severity.CRITICAL, "word")
    assert rated(mild, nobody_knows) == (Severity.LOW, "word")


def test_lines_of_two_states_of_a_file(secret: Maker) -> None:
    """Logs of two commits may name the same line number of two texts."""
    texts = [{"drawgate/lineText/v1": text} for text in ("one", "two")]
    found = [secret(tool, "x", fingerprints=text) for tool, text in zip("ab", texts, strict=True)]

    assert [] == groups(*found)


def test_the_primary_tells_who_reports_it(code: Maker) -> None:
    primary, folded = correlate(
        (code("bandit", "B602"), code("ruff", "S602", severity=Severity.HIGH))
    )

    assert ("bandit", "ruff") == primary.membership.reporters  # type: ignore[union-attr]
    assert (Severity.MEDIUM, Severity.HIGH) == (primary.severity, folded.severity)
    assert not primary.folded
    assert folded.folded


def test_a_vendor_knows_best_then_a_score_then_a_word(package: Maker) -> None:
    """Never the highest that anybody said, and never the first that is unknown."""
    word = package("pip-audit", "CVE-1-1", severity=Severity.CRITICAL)
    score = package("trivy", "CVE-1-1", severity=Severity.MEDIUM, score=5.0)
    vendor = package("grype", "DSA-1-1", "CVE-1-1", severity=Severity.LOW, score=3.0)
    unknown = package("pip-audit", "PYSEC-1-1", "CVE-1-1", severity=Severity.UNKNOWN)

    def rated(*found: Finding) -> tuple[Severity, str]:
        primary = next(each for each in correlate(found) if not each.folded)
        assert primary.membership
        return primary.severity, primary.membership.basis

    assert (Severity.MEDIUM, "score") == rated(word, score)
    assert (Severity.LOW, "vendor") == rated(word, score, vendor)
    assert (Severity.MEDIUM, "score") == rated(unknown, score)
    assert (Severity.CRITICAL, "word") == rated(unknown, replace(word, tool="safety"))


def test_a_class_may_name_whose_word_counts(code: Maker) -> None:
    """Our rule about hashes has one word; bandit knows a broken hash from a fast one."""
    ours = code("semgrep", "drawgate.python.fast-hash-for-login", 5, 1, 5, 9)
    bandit = code("bandit", "B324", 5, 1, 5, 9, severity=Severity.HIGH)

    primary, _ = correlate((ours, bandit))

    assert ("semgrep", Severity.HIGH) == (primary.tool, primary.severity)
    assert primary.membership
    assert Severity.MEDIUM is primary.membership.alone


def test_a_comment_for_one_tool_hides_no_other(code: Maker) -> None:
    """Who is suppressed does not speak while anybody is not, and has no say in the severity."""
    quiet = code("bandit", "B602", severity=Severity.LOW, suppressions=NOSEC)
    loud = code("ruff", "S602", severity=Severity.HIGH)

    folded, primary = correlate((quiet, loud))

    assert (folded.folded, primary.folded) == (True, False)
    assert not primary.suppressed
    assert Severity.HIGH is primary.severity


def test_a_group_is_suppressed_when_all_are(code: Maker) -> None:
    found = [code(*name, suppressions=NOSEC) for name in (("bandit", "B602"), ("ruff", "S602"))]

    assert [True] == [each.suppressed for each in correlate(tuple(found)) if not each.folded]


def test_a_log_is_not_believed(code: Maker) -> None:
    """Groups are found again; what a log says of them hides nothing and rates nothing."""
    lie = Membership(group="g", folded=True)
    alone = code("bandit", "B602", membership=lie)

    assert [None] == [each.membership for each in correlate((alone,))]
    assert Severity.MEDIUM is correlate((alone,))[0].severity


def test_the_group_stays_when_lines_move(code: Maker) -> None:
    """Its name is made of the file and the line's text, so inserted lines change nothing."""

    def group(line: int) -> str:
        text = {"drawgate/lineText/v1": "abc"}
        found = [
            code(*name, line, fingerprints=text) for name in (("bandit", "B602"), ("ruff", "S602"))
        ]
        place = correlate(tuple(found))[0].membership
        assert place
        return place.group

    assert group(5) == group(50)


def test_alike_groups_have_names_of_their_own(code: Maker) -> None:
    found = [
        code(tool, rule, line, fingerprints={"drawgate/lineText/v1": "abc"})
        for tool, rule in (("bandit", "B602"), ("ruff", "S602"))
        for line in (5, 9)
    ]

    assert 2 == len(groups(*found))


def test_separate_gives_back_what_was(code: Maker, package: Maker) -> None:
    found = (
        code("semgrep", "drawgate.python.fast-hash-for-login", 5, 1, 5, 9),
        code("bandit", "B324", 5, 1, 5, 9, severity=Severity.HIGH),
    )

    assert found == separate(correlate(found))
    assert found != correlate(found)
