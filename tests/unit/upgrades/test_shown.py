"""A patch is printed in jobs whose logs others read: no line with a credential is in it."""

from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule
from drawgate.upgrades.choice import Choice
from drawgate.upgrades.patch import unified
from drawgate.upgrades.propose import Proposal, Step
from drawgate.upgrades.shown import credentials_in, showable

TOKEN = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
INDEX = f"--extra-index-url https://bob:{TOKEN}@packages.example/simple\n"


def _proposal(old: str) -> Proposal:
    package = Dependency(ecosystem="PyPI", name="flask", version="1.0", advisory="CVE-1")
    step = Step(manifest="r.txt", package=package, choice=Choice(version="2.0"), changes="r.txt")
    new = old.replace("flask==1.0", "flask==2.0")
    return Proposal(steps=(step,), changes={"r.txt": (old.encode(), new.encode())})


def _shown(old: str, *findings: Finding) -> tuple[Proposal, bytes]:
    proposal = _proposal(old)
    hidden = credentials_in(findings, {"r.txt": old.encode()})
    done = showable(proposal, hidden)
    return done, unified(done.changes, hidden)


def test_an_index_with_a_password_is_no_context() -> None:
    """The change itself is shown all the same."""
    done, patch = _shown(f"{INDEX}flask==1.0\nx==1\n")

    assert b"+flask==2.0" in patch
    assert TOKEN.encode() not in patch
    assert done.steps[0].changes == "r.txt"


def test_what_a_scanner_found_is_no_context() -> None:
    """A word that looks like nothing may be a password all the same."""
    secret = Finding(
        kind=Kind.SECRETS, rule=Rule(id="x"), message="", location=Location(path="r.txt", line=1)
    )
    _, patch = _shown("# correct horse\nflask==1.0\nx==1\n", secret)

    assert b"+flask==2.0" in patch
    assert b"horse" not in patch


def test_a_change_that_needs_such_a_line_is_left_to_people() -> None:
    """Git can't find the place by what stands above it alone."""
    for old in (f"flask==1.0\n{INDEX}x==1\n", f"flask==1.0  # {TOKEN}\n"):
        done, patch = _shown(old)

        assert (patch, done.steps[0].changes) == (b"", "")
        assert "credential" in done.steps[0].reason
