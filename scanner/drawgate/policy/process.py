"""What a pack asks of the way a build was made: who looked, what was tested, what was excused."""

import re
from collections.abc import Iterator
from typing import Final

from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Why, not_assessed_of
from drawgate.core.evidence import Counted, Reached
from drawgate.core.finding import PACKAGES, Kind, State, SuppressionKind
from drawgate.core.scan import Scan
from drawgate.core.words import count
from drawgate.policy.about_package import one_of
from drawgate.policy.model import (
    Answer,
    Denied,
    Enforcement,
    Require,
    SuppressionsAsked,
    TestsAsked,
)
from drawgate.policy.terms import Given
from drawgate.policy.unavailable import how_to_get
from drawgate.policy.verdict import Effect, Requirement

_REQUIREMENT: Final = re.compile(r": ([A-Za-z0-9][A-Za-z0-9._-]*)(?=$|[\s\[<>=!~;@(])")
_SHOWN: Final = 3
"""Packages in a sentence that counts the rest."""


def check(scan: Scan, require: Require, given: Given) -> Iterator[Requirement]:
    """Check what no finding can say."""
    fails = Effect.FAIL if require.enforcement is Enforcement.HARD else Effect.WARNING
    for name in require.scanners:
        yield _scanner(scan, name)
    if require.sbom:
        yield _sbom(scan)
    if require.tests:
        yield from _tests(require.tests, given, fails)
    if require.suppressions_added:
        yield _suppressions(scan, require.suppressions_added, fails)
    if require.denied:
        yield _denied(scan, require.denied, fails)


def _scanner(scan: Scan, name: str) -> Requirement:
    attempts = [each for each in scan.attempts if each.subject.name.lower() == name.lower()]
    ran = [each for each in attempts if isinstance(each, Ran)]
    missing = [each for each in attempts if not _done(each)]
    if attempts and not missing:
        said = "ran" if ran else "found nothing here that it reads"
        return _met(f"scanner:{name}", f"{name} {said}")
    reasons = "; ".join(dict.fromkeys(map(_reason, missing))) or "nothing shows that it ran"
    unavailable = any(isinstance(a, Skipped) and a.why is Why.UNAVAILABLE for a in missing)
    hint = how_to_get(reasons) if unavailable else "the pack asks for this scanner by name"
    sentence = f"{name} must have run, and did not: {reasons}"
    return _unmet(f"scanner:{name}", Effect.INCOMPLETE, sentence, hint)


def _done(attempt: Attempt) -> bool:
    match attempt:
        case Ran():
            return attempt.report.proven
        case Skipped():
            return attempt.why is Why.NOT_APPLICABLE
        case Failed():
            return False


def _reason(attempt: Attempt) -> str:
    match attempt:
        case Ran():
            return "its run has no finding, no invocation and no artifact"
        case Skipped():
            return attempt.reason
        case Failed():
            return f"it failed ({attempt.error})"


def _sbom(scan: Scan) -> Requirement:
    attempts = [each for each in scan.attempts if each.subject.kind is Kind.SBOM]
    made = [each.subject.name for each in attempts if isinstance(each, Ran)]
    if made:
        return _met("sbom", f"a list of components was made by {', '.join(made)}")
    if attempts and all(map(_done, attempts)):
        return _met("sbom", "the target has no packages to list")
    reasons = "; ".join(dict.fromkeys(map(_reason, attempts))) or "no scanner makes one"
    sentence = f"the pack asks for a list of components (SBOM), and there is none: {reasons}"
    return _unmet("sbom", Effect.INCOMPLETE, sentence, "let cyclonedx-bom run, say")


def _tests(asked: TestsAsked, given: Given, fails: Effect) -> Iterator[Requirement]:
    if asked.passed:
        tests = given.evidence.tests
        yield _passed(tests, fails) if tests else _unsaid("tests", "whether tests passed", "JUnit",
                                                          asked.unknown)  # fmt: skip
    if asked.coverage_min is not None:
        reached, least = given.evidence.coverage, asked.coverage_min
        share = reached.share if reached else None
        yield (
            _unsaid("test-coverage", "how much tests reach", "Cobertura", asked.unknown)
            if reached is None or share is None
            else _reached(reached, share, least, fails)
        )


def _passed(tests: Counted, fails: Effect) -> Requirement:
    if tests.failed:
        sentence = f"{tests.failed:,} of {count(tests.tests, 'test')} failed"
        return _unmet("tests", fails, sentence, "mend what they test, or the tests")
    if not tests.ran:
        skipped = f": all {tests.skipped:,} were skipped" if tests.skipped else ""
        return _unmet("tests", fails, f"no test ran{skipped}", "no test is no proof")
    skipped = f", {tests.skipped:,} skipped" if tests.skipped else ""
    return _met("tests", f"{count(tests.ran, 'test')} passed{skipped}")


def _reached(reached: Reached, share: float, least: float, fails: Effect) -> Requirement:
    # Cut off, not rounded: 79.96 % never looks like the 80 % that was asked for.
    told = f"{int(share * 1000) / 10:g} %"
    sentence = (
        f"tests reach {reached.covered:,} of {reached.lines:,} lines ({told}; the pack asks for "
        f"{least * 100:g} %)"
    )
    if share >= least:
        return _met("test-coverage", sentence)
    return _unmet("test-coverage", fails, sentence, "test what they do not reach")


def _unsaid(name: str, what: str, form: str, answer: Answer) -> Requirement:
    effect = Effect.INCOMPLETE if answer is Answer.BLOCK else Effect.WARNING
    hint = f"give a report in the form of {form} with `--evidence FILE`"
    return _unmet(name, effect, f"nobody says {what}", hint)


def _suppressions(scan: Scan, asked: SuppressionsAsked, fails: Effect) -> Requirement:
    name = "suppressions-added"
    if scan.baseline is None:
        effect = Effect.INCOMPLETE if asked.unknown is Answer.BLOCK else Effect.WARNING
        sentence = "nobody knows which comments that excuse findings are new"
        return _unmet(name, effect, sentence, "compare with a baseline: `--baseline REF`")
    added = [
        finding
        for finding in scan.findings
        if finding.state is State.NEW
        and any(each.kind is SuppressionKind.IN_SOURCE for each in finding.suppressions)
    ]
    places = _few(f"{each.path}:{each.line or 1}" for each in added)
    sentence = f"{count(len(added), 'new finding')} with a comment that excuses it"
    told = f"{sentence} ({places}; {asked.max:,} allowed)" if added else sentence
    if len(added) <= asked.max:
        return _met(name, told)
    return _unmet(name, fails, told, "take the comments out, or have them approved as waivers")


def _denied(scan: Scan, asked: Denied, fails: Effect) -> Requirement:
    attempts = [each for each in scan.attempts if each.subject.kind in PACKAGES]
    listed = dict(sorted(_packages(scan, attempts)))
    denied = one_of(asked.packages)
    # Every scanner that names what it looked at package by package reads those of PyPI.
    there = [subject for name, subject in listed.items() if denied.match(f"pypi/{name}")]
    if there:
        sentence = f"{count(len(there), 'package')} that the pack denies: {_few(there)}"
        return _unmet("denied", fails, sentence, "use another package")
    idle = [each for each in attempts if isinstance(each, Skipped) and _done(each)]
    if listed or (attempts and len(idle) == len(attempts)):
        return _met("denied", "no package that the pack denies")
    effect = Effect.INCOMPLETE if asked.unknown is Answer.BLOCK else Effect.WARNING
    sentence = "nobody has listed the packages, so nobody knows whether a denied one is there"
    return _unmet("denied", effect, sentence, "let pip-audit or cyclonedx-bom run")


def _packages(scan: Scan, attempts: list[Attempt]) -> Iterator[tuple[str, str]]:
    """Give each package by name, also what has no exact version: `MANIFEST: REQUIREMENT`."""
    seen = [name for each in attempts if isinstance(each, Ran) for name in each.report.looked_at]
    missed = [item for each in attempts for item in not_assessed_of(each)]
    for subject in (*seen, *(item.subject for item in (*missed, *scan.target.not_assessed))):
        named = _REQUIREMENT.search(subject)
        if named:
            yield re.sub(r"[-_.]+", "-", named[1]).lower(), subject


def _few(names: Iterator[str] | list[str]) -> str:
    every = list(names)
    rest = f" and {len(every) - _SHOWN:,} more" if len(every) > _SHOWN else ""
    return ", ".join(every[:_SHOWN]) + rest


def _met(name: str, sentence: str) -> Requirement:
    return Requirement(name=name, met=True, effect=Effect.NONE, sentence=sentence)


def _unmet(name: str, effect: Effect, sentence: str, hint: str) -> Requirement:
    return Requirement(name=name, met=False, effect=effect, sentence=sentence, hint=hint)
