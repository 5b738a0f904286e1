"""The names Drawgate adds to SARIF: property names, notification ids, categories."""

from typing import Final
from urllib.parse import unquote

from drawgate.sarif.uri import to_uri

# Of a run that is one attempt.
KIND: Final = "drawgate/kind"
GRAIN: Final = "drawgate/grain"
HOMEPAGE: Final = "drawgate/homepage"
APPLICABLE: Final = "drawgate/applicable"
PYTHON: Final = "drawgate/python"
RULESET: Final = "drawgate/ruleset"
ADVISORIES: Final = "drawgate/advisories"
COVERAGE: Final = "drawgate/coverage"
ORIGIN: Final = "drawgate/origin"
"""Which repository it is about, where a merged log has several."""

# Of the run that speaks about the scan itself.
TARGET: Final = "drawgate/target"
AS_OF: Final = "drawgate/asOf"
OFFLINE: Final = "drawgate/offline"
SUBJECT: Final = "drawgate/subject"
WHY: Final = "drawgate/why"
COMPARED: Final = "drawgate/baseline"
"""Of the scan's run: what the states of results are counted from."""
WAIVERS: Final = "drawgate/waivers"
"""Of the scan's run: the waivers it was judged with, so that they can be judged again."""
VEX: Final = "drawgate/vex"
"""Of the scan's run: the VEX documents that were given, and what came of each."""
HINT: Final = "drawgate/hint"
UNCOUNTED: Final = "drawgate/uncounted"

# Of a rule.
RULE_ID: Final = "drawgate/ruleId"
HELP_URI: Final = "drawgate/helpUri"
TAGS: Final = "drawgate/tags"
FILLED: Final = "drawgate/filled"
"""What SARIF or GitHub wants and the tool did not say; a reader must not take it for the tool's."""

# Of a result.
SEVERITY: Final = "drawgate/severity"
REPORTED: Final = "drawgate/reportedSeverity"
CONFIDENCE: Final = "drawgate/confidence"
SCORE: Final = "drawgate/score"
ROLE: Final = "drawgate/role"
MASKED: Final = "drawgate/masked"
TOOL: Final = "drawgate/tool"
PLACE: Final = "drawgate/location"
SNIPPET: Final = "drawgate/snippet"
PACKAGE: Final = "drawgate/package"
IDENTITY: Final = "drawgate/identity"
PROPERTIES: Final = "drawgate/properties"
REPEAT: Final = "drawgate/repeat"
"""Tells results apart that differed in nothing but a credential, which is masked now."""
RESULT_KIND: Final = "drawgate/resultKind"
FOLDED: Final = "drawgate/folded"
"""Another finding speaks for this one. Whoever reads a log finds that out again."""
GROUP: Final = "drawgate/group"
REPORTERS: Final = "drawgate/reporters"
OWN_SEVERITY: Final = "drawgate/ownSeverity"
"""How bad it is by itself, where the group's severity stands in `drawgate/severity`."""
BASIS: Final = "drawgate/severityBasis"
EXPLOIT: Final = "drawgate/exploit"
"""What KEV and EPSS say about the vulnerability; a part that is missing is unknown."""
MATCHED_BY: Final = "drawgate/matchedBy"
"""Why a result is taken for one of the baseline, in words."""
DISCLOSED: Final = "drawgate/newlyDisclosed"
"""A new result whose package the baseline had looked at: only the advisory is new."""

DIRECT: Final = "drawgate/direct"
"""Whether the project names the package itself; absent where nobody knows."""
VIA: Final = "drawgate/via"
"""Who needs whom on the way to a transitive package, from what the project names on."""
SCOPE: Final = "drawgate/scope"
"""Whether the package is there to run or to develop; absent where nobody knows. A result's
partialFingerprints have a `drawgate/scope/v1`, which is another thing: the function it is in."""

# Suppressions (SARIF §3.35).
WAIVED: Final = {
    "by": "drawgate/by",
    "source": "drawgate/source",
    "type": "drawgate/type",
    "owner": "drawgate/owner",
    "approver": "drawgate/approver",
    "expires": "drawgate/expires",
    "why": "drawgate/why",
    "label": "drawgate/label",
}
"""Facts of a waiver or a VEX statement, by the field of `core.finding.Suppression`."""

# Notifications (SARIF §3.58.2).
NOT_ASSESSED: Final = "drawgate/not-assessed"
FAILED: Final = "drawgate/failed"
SKIPPED: Final = "drawgate/skipped"
LEFT_OUT: Final = "drawgate/left-out"
UNSCANNED: Final = "drawgate/unscanned"

_PLAIN: Final = "/:@,;=+"
"""Stays as it is in a category, beside letters, digits and `-._~`; all else is percent-encoded."""

SCAN: Final = "drawgate"
"""Driver name of the run that speaks about the scan itself."""


def category(tool: str, part: str) -> str:
    """Give `automationDetails.id`; what stands before its last `/` is the category (§3.17.3).

    `part` is the folder or file that was scanned, so that the alerts of two stay apart.
    """
    return f"{SCAN}/{tool}/{_segment(part)}"


def scan_category(part: str) -> str:
    """Give the same for the run that speaks about the scan itself."""
    return f"{SCAN}/{_segment(part)}"


def _segment(part: str) -> str:
    return f"{to_uri(part, safe=_PLAIN)}/" if part else ""


def part_of(tool: str, identifier: str) -> str | None:
    """Undo `category`; None when the id is not one of ours."""
    own = f"{SCAN}/{tool}/"
    if not identifier.startswith(own):
        return None
    return unquote(identifier[len(own) :].removesuffix("/"), errors="surrogateescape")
