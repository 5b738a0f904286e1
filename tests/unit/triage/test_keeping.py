"""What is kept of a finding holds no secret, and gives the same result the next time."""

from dataclasses import replace

from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.triage.keeping import keepable
from drawgate.triage.mask import mask_of
from drawgate.triage.redact import redact

SECRET = "Not4Real-secretvalue"
SOURCE = {"a.py": f"key = '{SECRET}'\n"}
PLACE = Location(path="a.py", line=1)
PLAIN = Finding(
    kind=Kind.CODE, rule=Rule(id="B602"), message="shell is used", location=replace(PLACE, line=9)
)
PASSWORD = Finding(
    kind=Kind.CODE, rule=Rule(id="B105", cwe=(259,)), location=PLACE,
    message=f"Possible hardcoded password: '{SECRET}'",
)  # fmt: skip
KEY = Finding(kind=Kind.SECRETS, rule=Rule(id="aws"), message="a key", location=PLACE)


def keep(*findings: Finding) -> tuple[Finding | None, ...]:
    redacted = redact(findings, mask_of(findings, SOURCE))
    return keepable(findings, redacted)


def test_plain() -> None:
    """A finding that needs no mask is kept as it was reported."""
    assert (PLAIN, KEY) == keep(PLAIN, KEY)


def test_masked_by_itself() -> None:
    """A message that quotes what a credential rule found is kept without the quote."""
    (kept,) = keep(PASSWORD)

    assert replace(PASSWORD, message="Possible hardcoded password: '***'") == kept


def test_masked_by_others() -> None:
    """A message that only another scanner's finding shows to hold a secret is not kept."""
    telling = replace(PLAIN, message=f"{SECRET} is an odd name", location=PLACE)

    assert (None, KEY) == keep(telling, KEY)


def test_the_same_the_next_time() -> None:
    """Masking what was kept gives what masking the report gave."""
    findings = (PLAIN, PASSWORD, KEY)
    kept = tuple(finding for finding in keep(*findings) if finding)

    again = redact(kept, mask_of(kept, SOURCE))

    assert redact(findings, mask_of(findings, SOURCE)) == again
