"""What must be known before "no findings" means anything: attempts, kinds, coverage, data."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Why
from drawgate.core.finding import Kind
from drawgate.core.scan import Offline, Scan
from drawgate.policy import passed_by
from drawgate.policy.coverage import uncounted
from drawgate.policy.data_age import advisory_data
from drawgate.policy.model import Answer, Enforcement, Require
from drawgate.policy.unavailable import how_to_get, unavailable
from drawgate.policy.verdict import Coverage, Effect, Requirement

_PAGE: Final = 'see docs/exit-codes.md, "Logs"'
_PROVE: Final = (
    "have the tool write `invocations` with `executionSuccessful` into its log, or add them where "
    f"it answered that it finished ({_PAGE}); or run `drawgate scan`"
)


def check(
    scan: Scan, require: Require, coverage: tuple[Coverage, ...], only: Collection[str]
) -> tuple[Requirement, ...]:
    """Check everything a verdict rests on. `only` holds the adapters named in `--only`."""
    named, kinds = tuple(_named(scan, only)), tuple(_kinds(scan, require))
    return (
        *_failed(scan),
        *named,
        *kinds,
        *_something(scan, kinds),
        *unavailable(scan, require, (*named, *kinds)),
        *passed_by.unscanned(scan, require, kinds),
        *_covered(coverage, require.enforcement),
        *uncounted(scan, require),
        *advisory_data(scan, require.advisories),
        *_offline(scan),
    )


def _failed(scan: Scan) -> Iterator[Requirement]:
    for attempt in scan.attempts:
        if isinstance(attempt, Failed):
            yield Requirement(
                name=f"attempt:{scan.label(attempt.subject)}",
                met=False,
                effect=Effect.INCOMPLETE,
                sentence=f"{scan.label(attempt.subject)} failed: {attempt.error}",
                hint=attempt.hint,
            )


def _named(scan: Scan, only: Collection[str]) -> Iterator[Requirement]:
    for name in sorted(only):
        attempts = [attempt for attempt in scan.attempts if attempt.subject.name == name]
        if any(isinstance(attempt, Ran | Failed) for attempt in attempts):
            continue  # it ran, or stands among the failed ones
        if scan.target.change and attempts and all(_inapplicable(a) for a in attempts):
            continue  # a change need not touch what every scanner reads
        reason = "; ".join(a.reason for a in attempts if isinstance(a, Skipped))
        yield Requirement(
            name=f"only:{name}",
            met=False,
            effect=Effect.INCOMPLETE,
            sentence=f"{name} was asked for and did not run: {reason or 'nobody knows it'}",
            hint=f"make it run, or leave {name} out of --only",
        )


def _kinds(scan: Scan, require: Require) -> Iterator[Requirement]:
    for kind in require.kinds:
        attempts = [attempt for attempt in scan.attempts if attempt.subject.kind is kind]
        answer = _not_everywhere(scan, kind, attempts)
        met, effect, sentence, hint = answer or _kind(scan, kind, attempts, require.not_selected)
        yield Requirement(name=f"kind:{kind}", met=met, effect=effect, sentence=sentence, hint=hint)


def _kind(
    scan: Scan, kind: Kind, attempts: list[Attempt], not_selected: Answer
) -> tuple[bool, Effect, str, str]:
    silent = [attempt for attempt in attempts if _is_silent(attempt)]
    attempts = [attempt for attempt in attempts if attempt not in silent]
    if ran := [scan.label(attempt.subject) for attempt in attempts if isinstance(attempt, Ran)]:
        return True, Effect.NONE, f"{kind}: {', '.join(ran)} ran", ""
    if failed := [
        scan.label(attempt.subject) for attempt in attempts if isinstance(attempt, Failed)
    ]:
        sentence = f"nobody looked for {kind}: {', '.join(failed)} failed"
        return False, Effect.INCOMPLETE, sentence, ""
    skipped = [a for a in attempts if isinstance(a, Skipped) and a.subject.applicable]
    if missing := [a for a in skipped if a.why is Why.UNAVAILABLE]:
        reasons = "; ".join(f"{scan.label(a.subject)} could not run: {a.reason}" for a in missing)
        sentence = f"nobody looked for {kind}: {reasons}"
        return False, Effect.INCOMPLETE, sentence, how_to_get(reasons)
    if skipped:
        reasons = "; ".join(
            f"{scan.label(a.subject)} was not selected ({a.reason})" for a in skipped
        )
        effect = Effect.INCOMPLETE if not_selected is Answer.BLOCK else Effect.WARNING
        return False, effect, f"nobody looked for {kind}: {reasons}", ""
    if attempts:
        return _inapplicable_kind(scan, kind)
    return _silence(scan, kind, silent) if silent else _nobody(scan, kind)


def _silence(scan: Scan, kind: Kind, silent: list[Attempt]) -> tuple[bool, Effect, str, str]:
    """Take runs that prove nothing for no runs."""
    effect = _nobody(scan, kind)[1]
    sentence = f"nobody knows whether anyone looked for {kind}: {_quiet(scan, silent)}"
    return False, effect, sentence, f"let the log show that it did: {_PAGE}"


def _inapplicable_kind(scan: Scan, kind: Kind) -> tuple[bool, Effect, str, str]:
    """Tell a target that holds nothing for a kind from one that no scanner can read."""
    held, hint = passed_by.of_kind(scan, kind)
    if held:
        # A change need not touch what a scanner reads; a whole target has to be known.
        effect = Effect.WARNING if scan.target.change else Effect.INCOMPLETE
        return False, effect, f"nobody looked for {kind}: {held}", hint
    return True, Effect.NONE, f"{kind}: the target holds nothing to look at", ""


def _not_everywhere(
    scan: Scan, kind: Kind, attempts: list[Attempt]
) -> tuple[bool, Effect, str, str] | None:
    """Find adapters that ran and were unavailable, too: in merged logs, on another target."""
    ran = {attempt.subject.name for attempt in attempts if isinstance(attempt, Ran)}
    skipped = (each for each in attempts if isinstance(each, Skipped) and each.subject.name in ran)
    lacking = [each for each in skipped if each.why is Why.UNAVAILABLE and each.subject.applicable]
    if not lacking:
        return None
    reasons = "; ".join(f"{scan.label(a.subject)} could not run: {a.reason}" for a in lacking)
    sentence = f"{kind}: not looked for everywhere: {reasons}"
    return False, Effect.INCOMPLETE, sentence, how_to_get(reasons)


def _nobody(scan: Scan, kind: Kind) -> tuple[bool, Effect, str, str]:
    if scan.target.form is None:
        # A log shows only what ran; that something should have run as well, nobody can tell.
        sentence = f"the log holds no run that looks for {kind}"
        return False, Effect.WARNING, sentence, "merge the log of such a scanner in"
    sentence = f"no adapter looks for {kind}, so nobody knows whether the target needs one"
    return False, Effect.INCOMPLETE, sentence, "add an adapter, or take the kind out of the pack"


def _something(scan: Scan, kinds: Iterable[Requirement]) -> Iterator[Requirement]:
    ran = [attempt for attempt in scan.attempts if isinstance(attempt, Ran)]
    # A log need not say what was looked at, but something in it must show that anything was.
    log = scan.target.form is None
    looked = [a for a in ran if (a.report.proven if log else a.report.looked_at)]
    if looked:
        if all(each.effect is not Effect.INCOMPLETE for each in kinds):
            yield from _only_text(scan)
        return
    if scan.target.change and all(_inapplicable(attempt) for attempt in scan.attempts):
        return
    yield Requirement(
        name="something",
        met=False,
        effect=Effect.INCOMPLETE,
        sentence=f"nothing at all was looked at, as far as the log says: {_quiet(scan, ran)}"
        if log and ran
        else "nothing at all was looked at",
        hint=_PROVE if log and ran else "give a target with files that a scanner reads",
    )


def _quiet(scan: Scan, silent: Iterable[Attempt]) -> str:
    names = ", ".join(scan.label(attempt.subject) for attempt in silent)
    return f"{names} has no finding, no invocation and no artifact"


def _only_text(scan: Scan) -> Iterator[Requirement]:
    held, hint = ("", "") if scan.target.change else passed_by.nothing_else(scan)
    if held:
        yield Requirement(
            name="something",
            met=False,
            effect=Effect.INCOMPLETE,
            sentence=f"nothing but secrets was looked for, and the target holds {held}",
            hint=hint,
        )


def _covered(coverage: tuple[Coverage, ...], enforcement: Enforcement) -> Iterator[Requirement]:
    for item in coverage:
        if item.minimum is None and item.warn_below is None:
            continue
        met = item.minimum is None or (item.share is not None and item.share >= item.minimum)
        effect = _coverage_effect(item, enforcement, met=met)
        yield Requirement(
            name=f"coverage:{item.kind}",
            met=met,
            effect=effect,
            sentence=_coverage_sentence(item, met=met),
            hint="" if effect is Effect.NONE else "see what was not assessed, and why",
        )


def _coverage_effect(item: Coverage, enforcement: Enforcement, *, met: bool) -> Effect:
    if item.share is None:
        return Effect.WARNING
    if not met:
        return Effect.FAIL if enforcement is Enforcement.HARD else Effect.WARNING
    low = item.warn_below is not None and item.share < item.warn_below
    return Effect.WARNING if low else Effect.NONE


def _coverage_sentence(item: Coverage, *, met: bool) -> str:
    if item.share is None:
        return f"{item.kind}: nothing says what was looked at"
    total = item.looked_at + item.not_assessed
    bound = item.warn_below if met and item.warn_below is not None else item.minimum
    asked = "asks for" if bound == item.minimum else "warns below"
    # By number alone, hundreds of tiny files would hide a large one.
    size = " by size" if item.by_size is not None and item.looked_at / total > item.by_size else ""
    return (
        f"{item.kind}: {item.looked_at} of {total} looked at ({_percent(item.share)}{size}; "
        f"the pack {asked} {_percent(bound or 0)})"
    )


def _percent(share: float) -> str:
    """Write a share so that 89.96 % never looks like the 90 % that was asked for."""
    return f"{int(share * 1000) / 10:g} %"


def _offline(scan: Scan) -> Iterator[Requirement]:
    if scan.offline is Offline.UNENFORCED:
        yield Requirement(
            name="offline",
            met=False,
            effect=Effect.WARNING,
            sentence="offline: unenforced; nothing on this machine could hold scanners back "
            "from the network",
            hint="allow user namespaces, or use a kernel with Landlock",
        )


def _is_silent(attempt: Attempt) -> bool:
    """Tell a run of another tool's log that shows nothing of its work."""
    return isinstance(attempt, Ran) and not attempt.report.proven


def _inapplicable(attempt: Attempt) -> bool:
    return isinstance(attempt, Skipped) and not attempt.subject.applicable
