"""What a finding is known again by: its keys, at hand for the passes of the matching."""

from dataclasses import dataclass
from typing import Final

from drawgate.core.finding import Finding, Kind
from drawgate.core.lines import UNKNOWN, Around
from drawgate.triage.identity import (
    LINE_HASH,
    LINE_TEXT,
    MESSAGE,
    SCOPE,
    SECRET,
    TOKENS,
    TOKENS_1,
)
from drawgate.triage.tokens import LENGTH, plain


@dataclass(slots=True, kw_only=True)
class Trace:
    """The keys of one finding. A key that is not known is empty."""

    index: int
    bucket: tuple[str, str]
    """Tool and rule: a finding of another one is another finding."""
    path: str
    """What the file is called now: of the baseline, behind all renames."""
    line: int
    """0 where nothing says it, as in a baseline file."""
    column: int
    context: str
    """The 100 characters from the line's start."""
    scope: str
    text: str
    tokens: str
    message: str
    package: tuple[str, str, str] | None = None
    """Manifest, ecosystem and name; only dependency findings have one."""
    advisories: tuple[str, ...] = ()
    """Its advisory, and what others call it."""
    secret: bool = False
    nth: int = 0
    """Which one it is of the lines of its file that have the same surroundings."""
    value: str = ""
    """The HMAC of a secret's value, where there was a key for it."""
    version: str = ""
    """Of the package."""
    rank: tuple[bool, str] = (False, "")
    """Tells those apart that are equal in all else, the same way each time."""
    now: int = UNKNOWN
    """Where git says its line stands now; CHANGED: nowhere, or it did not stand there before."""
    around: Around | None = None
    """The changed lines beside it, where its own is one."""


def trace(index: int, finding: Finding, path: str) -> Trace:
    """Collect the keys of a finding; `path` is what its file is called now."""
    keys, region, place = finding.fingerprints.get, finding.region, finding.location
    column = region.start_column if region else place.column if place else 0
    context, _, number = keys(LINE_HASH, "").partition(":")
    found = Trace(
        index=index,
        bucket=(finding.tool.lower(), finding.rule.id),
        path=path,
        line=finding.line or 0,
        column=column or 0,
        context=context,
        scope=keys(SCOPE, ""),
        text=keys(LINE_TEXT, ""),
        tokens=keys(TOKENS, "") or keys(TOKENS_1, "") or _shown(finding),
        message=keys(MESSAGE, ""),
        secret=finding.kind is Kind.SECRETS,
        value=keys(SECRET, ""),
    )
    if not finding.line and number.isdecimal() and len(number) < _DIGITS:
        found.nth = int(number)
    if package := finding.dependency:
        found.package = (path, package.ecosystem, package.name)
        found.advisories = (package.advisory, *package.aliases)
        found.version = package.version
    return found


_DIGITS: Final = 10


def _shown(finding: Finding) -> str:
    """Give the code another tool's log shows; of a credential nothing is compared."""
    return "" if finding.masked else plain(finding.snippet)[:LENGTH]
