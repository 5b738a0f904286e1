"""The file of waivers: read strictly, and added to without touching what stands there."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from drawgate.core.errors import PolicyError
from drawgate.core.severity import Severity
from drawgate.core.waiver import Justification, Limits, Match, Waiver, WaiverType
from drawgate.policy.pack import load_pack
from drawgate.policy.waiver_text import HEAD, added
from drawgate.policy.waivers import MAX_BYTES, read_waivers
from samples.waivers import ID, OTHER, waiver

WHOLE = f"""\
apiVersion: drawgate/v1
waivers:
  - id: flask-1
    match: {{advisory: CVE-2020-1, package: pkg:pypi/flask, versions: [">=1,<2", "==3"]}}
    type: mitigated
    reason: >-
      behind a proxy
      that refuses it
    justification: inline_mitigations_already_exist
    owner: ann
    approver: bob
    ticket: SEC-1
    created: 2026-01-01
    expires: 2026-03-31
    severity: high
    until_fix: true
    kev: true
  - id: shell
    match:
      identity: {ID}
      code: ["line:{OTHER}"]
    type: accepted
    reason: only for developers
    owner: ann
    created: 2026-01-01
    expires: 2026-03-31
    severity: high
"""


def test_a_file_says_all_that_a_waiver_can_be() -> None:
    first, second = read_waivers(WHOLE.encode(), "w.yaml")

    assert first == Waiver(
        id="flask-1",
        match=Match(advisory="CVE-2020-1", package="pkg:pypi/flask", versions=(">=1,<2", "==3")),
        type=WaiverType.MITIGATED,
        reason="behind a proxy that refuses it",
        justification=Justification.MITIGATIONS,
        owner="ann",
        approver="bob",
        ticket="SEC-1",
        created="2026-01-01",
        expires="2026-03-31",
        severity=Severity.HIGH,
        until_fix=True,
        kev=True,
    )
    assert second == waiver(Match(identity=(ID,), code=(f"line:{OTHER}",)))


@pytest.mark.parametrize("listed", ["[]", "", "~", "# none"])
def test_a_file_may_have_no_waiver(listed: str) -> None:
    assert read_waivers(f"apiVersion: drawgate/v1\nwaivers: {listed}\n".encode(), "w") == ()


END = "    expires: 2026-03-31\n    severity: high\n    until"
ABOUT = f'identity: {ID}\n      code: ["line:{OTHER}"]\n'
BROKEN = [
    ("    owner: ann\n    approver: bob", "    owner: ''", "10:12: expected a text"),
    ("    reason: only for developers\n", "", "18:5: the key 'reason' is missing"),
    (END, "    severity: high\n    until", "3:5: the key 'expires' is missing"),
    ("type: accepted", "type: acepted", "22:11: expected false-positive or accepted or"),
    ("    ticket: SEC-1", "    tickets: SEC-1",
     "12:5: unknown key 'tickets' (did you mean 'ticket'?)"),
    (END, END.replace("03-31", "02-30"), "3:5: 'expires' is no day of the calendar"),
    (END, END.replace("2026-03-31", "31.3.2026"), "14:14: expected a day such as 2026-11-21"),
    (END, END.replace("2026", "2025"), "3:5: 'expires' lies before 'created'"),
    ("id: shell", "id: flask-1", "18:5: stands in this list twice (line 3)"),
    ("severity: high\n    until", "severity: severe\n    until", "15:15: expected a known word"),
    ("advisory: CVE-2020-1, ", "", "4:12: exactly one of 'identity', 'advisory' and 'rule'"),
    ("package: pkg:pypi/flask, ", "", "4:12: 'advisory' needs 'package' and 'versions'"),
    ('">=1,<2"', '"~=1"', "4:12: expected a range of versions"),
    (f"identity: {ID}\n", "identity: 12\n", "20:17: expected the ID of a finding"),
    (ABOUT, "rule: B1\n", "20:7: 'rule' needs 'paths'"),
    (f"      identity: {ID}\n", "      rule: B1\n      paths: x\n",
     "20:7: 'code' belongs to 'identity'"),
    (ABOUT, "rule: B1\n      paths: ../x\n", "21:14: no path can fit this pattern"),
    (ABOUT, f"rule: B1\n      paths: '{'**/' * 9}x'\n", "21:14: a pattern has at most"),
    (ABOUT, "rule: B1\n      tool: bandti\n      paths: x\n", "21:13: no scanner is called"),
    ("until_fix: true", "until_fix: yes", "16:16: expected true or false"),
    ("apiVersion: drawgate/v1", "apiVersion: drawgate/v2", "1:13: expected drawgate/v1"),
    ("reason: only", "reason: &a only", "23:13: anchors and aliases are not allowed"),
    ("waivers:", "waiver:", "2:1: unknown key 'waiver' (did you mean 'waivers'?)"),
    ("reason: only", f"reason: {'long ' * 500}", "23:13: is longer than 2000 characters"),
    ("reason: only", 'reason: "\\ud800" #', "23:1"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), BROKEN)
def test_each_mistake_is_an_error_with_its_place(old: str, new: str, said: str) -> None:
    assert old in WHOLE

    with pytest.raises(PolicyError) as caught:
        read_waivers(WHOLE.replace(old, new, 1).encode(), "w.yaml")

    assert str(caught.value).startswith(f"w.yaml:{said}")


def test_two_waivers_of_one_match_are_an_error_with_both_places() -> None:
    *_, second = WHOLE.partition("  - id: shell")
    twice = f"{WHOLE}  - id: again{second}"

    with pytest.raises(PolicyError) as caught:
        read_waivers(twice.encode(), "w.yaml")

    assert str(caught.value) == (
        "w.yaml:30:7: 'again' matches what another waiver does (line 18: 'shell'; keep one of them)"
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xff", "is not UTF-8 text"),
        (b"x" * (MAX_BYTES + 1), "is larger than"),
        (b"- a", "expected a table"),
        (b"apiVersion: drawgate/v1\nwaivers: {}", "expected a list"),
        (b"apiVersion: drawgate/v1\nwaivers: [[[[", "is not valid YAML"),
        (b"apiVersion: drawgate/v1\nwaivers: !!python/object:os.system []", "a tag"),
        (b"apiVersion: drawgate/v1\n---\nwaivers: []", "a second document"),
    ],
)
def test_what_is_no_file_of_waivers_is_an_error(data: bytes, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        read_waivers(data, "w.yaml")


def test_a_secret_in_the_wrong_place_is_not_repeated() -> None:
    broken = WHOLE.replace("type: accepted", "type: AKIAIOSFODNN7EXAMPLF")

    with pytest.raises(PolicyError) as caught:
        read_waivers(broken.encode(), "w.yaml")

    assert "AKIA" not in str(caught.value)


HOSTILE = '"quoted" \\ # no comment\n- id: x\ttab \u2028 \x85 \ufeff { [ & * ! | > % @ ` é 😀'

FILES = {
    "none yet": None,
    "empty list": "# mine\napiVersion: drawgate/v1\nwaivers: []   # later\n# the end\n",
    "null": "apiVersion: drawgate/v1\nwaivers:\n\n# nothing yet\n",
    "no list": "apiVersion: drawgate/v1\n",
    "no line end": "apiVersion: drawgate/v1\nwaivers:   ",
    "some": "# head\n" + WHOLE + "\n# tail\n",
    "dashes at the margin": WHOLE.replace("\n  - ", "\n- ").replace("\n    ", "\n  "),
    "key behind": "waivers:\n" + WHOLE.split("waivers:\n")[1] + "\napiVersion: drawgate/v1\n",
    "windows": WHOLE.replace("\n", "\r\n"),
    "document marks": "---\n" + WHOLE + "...\n",
    "byte order mark": "\ufeff" + WHOLE,
    "odd layout": WHOLE.replace("owner: ann", "owner:     ann    # she"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_waiver_is_added_and_the_rest_stays_byte_for_byte(name: str) -> None:
    text = FILES[name]
    data = None if text is None else text.encode()
    new = waiver(
        Match(identity=(OTHER, ID), code=(f"region:{OTHER}",)),
        id="new", reason=HOSTILE, owner="O'Neil: \"x\"", approver="bob", ticket="#1",
        justification=Justification.NO_CODE, until_fix=True, kev=True,
    )  # fmt: skip

    written = added(data, new, ["about it"], "w.yaml")

    before = read_waivers(data, "w.yaml") if data else ()
    assert read_waivers(written, "w.yaml") == (*before, new)
    rest = iter(written.decode().splitlines(keepends=True))
    kept = (text or HEAD).replace("waivers: []   # later", "waivers: # later").rstrip(" ")
    assert all(
        line in rest for line in kept.splitlines(keepends=True) if line.strip() != "waivers:"
    )
    assert written.count(b"\r\n") in (0, written.count(b"\n"))


def test_many_are_added_one_after_the_other() -> None:
    data = None
    for number in range(5):
        match = Match(rule=(f"B{number}",), paths=("/a/",))
        data = added(data, waiver(match, id=f"w{number}"), [], "w.yaml")

    assert data
    assert [each.id for each in read_waivers(data, "w.yaml")] == [f"w{n}" for n in range(5)]


FLOW = (
    f"{{id: a, match: {{identity: {ID}}}, type: accepted, reason: r, owner: o, "
    "created: 2026-01-01, expires: 2026-01-02, severity: low}"
)


@pytest.mark.parametrize(
    "text",
    ["{apiVersion: drawgate/v1, waivers: []}",
     "apiVersion: drawgate/v1\nwaivers: [\n]\n",
     "apiVersion: drawgate/v1\nwaivers: [" + FLOW + "]\n"],
)  # fmt: skip
def test_what_can_not_be_added_to_is_left_alone(text: str) -> None:
    with pytest.raises(PolicyError, match="can't be added to"):
        added(text.encode(), waiver(id="b"), [], "w.yaml")


def test_a_match_that_is_there_is_not_added_again() -> None:
    with pytest.raises(PolicyError, match="matches what another waiver does"):
        added(WHOLE.encode(), replace(read_waivers(WHOLE.encode(), "w")[1], id="b"), [], "w.yaml")


@pytest.mark.parametrize(
    ("name", "limits"),
    [
        ("default", Limits()),
        ("pull-request", Limits()),
        (
            "strict",
            Limits(
                max_age={
                    "critical": timedelta(days=7),
                    "high": timedelta(days=30),
                    "default": timedelta(days=90),
                },
                four_eyes=True,
                until_fix=True,
            ),
        ),
    ],
)
def test_our_packs_allow_what_the_docs_say(name: str, limits: Limits) -> None:
    assert load_pack(name).waivers == limits


PACK_HEAD = (
    "apiVersion: drawgate/v1\nid: mine\nversion: 1.0.0\ntitle: t\n"
    "rules: [{id: a, title: a, scope: {kind: code}}]\nwaivers:\n"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("  max_age: {hihg: 7d}\n", ":7:13: expected a known word, found the text 'hihg'"),
        ("  max_age: {high: 7}\n", ":7:19: expected an age such as 14d"),
        ("  max_age: 7d\n", ":7:12: expected a table"),
        ("  for_eyes: true\n", ":7:3: unknown key 'for_eyes' (did you mean 'four_eyes'?)"),
        ("  types: [ignored]\n", ":7:11: expected false-positive or accepted or"),
        ("  types: []\n", ":7:10: expected a list with at least one item"),
    ],
)
def test_a_slip_in_what_a_pack_allows_is_an_error(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(PACK_HEAD + text)

    with pytest.raises(PolicyError) as caught:
        load_pack(str(file))

    assert str(caught.value).startswith(f"{file}{said}")


def test_a_severity_that_has_no_time_of_its_own_has_the_default(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(PACK_HEAD + "  max_age: {high: 2w}\n  types: [mitigated]\n")

    limits = load_pack(str(file)).waivers

    assert limits.types == (WaiverType.MITIGATED,)
    assert [limits.cap(each).days for each in (Severity.HIGH, Severity.LOW)] == [14, 365]
