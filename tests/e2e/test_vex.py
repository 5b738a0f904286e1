"""VEX in and out of the real program, on the project that the README scans."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.adapter import Grain, Report
from drawgate.core.attempt import Ran, Subject, ToolFacts
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.sarif.emit import emit
from samples.vex import flaw, suppressed

Drawgate = Callable[..., Any]
ROOT = Path(__file__).parents[2]
VEX = ROOT / "fixtures/vex"
SHOP = "pkg:pypi/vulnerable-shop@1.2"
ALLOWED = ("--vex-author", "Shop Security", "--product", SHOP, "--as-of", "2026-01-01")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Give a log of three flaws."""
    names = (("CVE-2019-14234", "1"), ("CVE-2020-7471", "2"), ("CVE-2019-20477", "3"))
    findings = tuple(flaw(advisory=name, identity=f"{n}" * 8) for name, n in names)
    return _log(tmp_path, Report(findings=findings, looked_at=frozenset({"x"})))


def _log(folder: Path, report: Report) -> Path:
    subject = Subject(name="pip-audit", kind=Kind.DEPENDENCIES, grain=Grain.TREE, homepage="")
    ran = Ran(subject=subject, report=report, tool=ToolFacts())
    scan = Scan(target=TargetFacts(name="shop"), attempts=(ran,), as_of="2025-01-01T00:00:00Z")
    path = folder / "log.sarif"
    path.write_bytes(emit(scan))
    return path


def verdict(done: Any) -> Any:  # noqa: ANN401 - conftest's Run, and JSON
    return json.loads(done.out)


@pytest.mark.parametrize(("name", "excused"), [("openvex", 1), ("cyclonedx", 1), ("csaf", 1)])
def test_a_gate_hears_whom_the_user_allows(
    drawgate: Drawgate, log: Path, name: str, excused: int
) -> None:
    file = VEX / f"{name}.json"

    done = drawgate("gate", log, "--vex", file, *ALLOWED, "-o", "-")

    (use,) = verdict(done)["vex"]
    assert (True, excused, 1, "Shop Security") == (
        use["used"], use["excused"], use["under_investigation"], use["author"].split(",")[0]
    )  # fmt: skip
    assert hashlib.sha256(file.read_bytes()).hexdigest() == use["digest"]
    assert f"{name}.json" == use["source"]
    assert 1 == verdict(done)["totals"]["suppressed"]


def test_a_stranger_is_ignored_and_every_report_says_so(drawgate: Drawgate, log: Path) -> None:
    words = ("gate", log, "--vex", VEX / "openvex.json", "--vex-author", "Somebody else")
    said = "VEX by Shop Security ignored: not among the authors allowed"

    for format_ in ("terminal", "markdown", "html", "json"):
        done = drawgate(*words, "-f", format_)
        assert said in " ".join(done.out.split())
    assert 0 == verdict(drawgate(*words, "-o", "-"))["totals"]["suppressed"]


def test_a_pack_and_a_configuration_allow_authors(
    drawgate: Drawgate, log: Path, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.yaml"
    text = (ROOT / "policies/packs/default.yaml").read_text()
    pack.write_text(f"{text}\nvex: {{authors: Shop Security, products: {SHOP}}}\n")
    config = tmp_path / "settings.toml"
    config.write_text(f'vex = "vex.json"\nvex-author = ["Shop Security"]\nproduct = "{SHOP}"\n')
    (tmp_path / "vex.json").write_bytes((VEX / "openvex.json").read_bytes())

    by_pack = drawgate("gate", log, "--policy", pack, "--vex", tmp_path / "vex.json", "-o", "-")
    by_config = drawgate("gate", log, "--config", config, "-o", "-", cwd=ROOT)

    assert [1, 1] == [verdict(done)["vex"][0]["excused"] for done in (by_pack, by_config)]


def test_a_pin_is_held(drawgate: Drawgate, log: Path) -> None:
    file = VEX / "openvex.json"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()

    good = drawgate("gate", log, "--vex", f"{file}@sha256:{digest}", *ALLOWED, "-o", "-")
    bad = drawgate("gate", log, "--vex", f"{file}@sha256:{'0' * 64}", *ALLOWED)
    none = drawgate("gate", log, "--vex", f"{file}@sha256:12", *ALLOWED)

    assert 1 == verdict(good)["vex"][0]["excused"]
    assert (2, 2) == (bad.code, none.code)
    assert f"has the SHA-256 {digest}, not the one named" in bad.err
    assert "a pin that is no digest" in none.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't be read: No such file or directory"),
        (b'{"@context": ', "is no JSON"),
        (b"{}", "$: is no VEX document that Drawgate knows"),
        (b'{"@context": "https://openvex.dev/ns/v0.2.0"}', "$: has no statements"),
    ],
)
def test_bad_input_is_two_with_the_place(
    drawgate: Drawgate, log: Path, tmp_path: Path, content: bytes | None, said: str
) -> None:
    file = tmp_path / "bad.json"
    if content is not None:
        file.write_bytes(content)

    done = drawgate("gate", log, "--vex", file, *ALLOWED)

    assert 2 == done.code
    assert str(file) in done.err
    assert said in done.err


def test_a_device_is_refused(drawgate: Drawgate, log: Path) -> None:
    done = drawgate("gate", log, "--vex", "/dev/zero", *ALLOWED)

    assert (2, True) == (done.code, "is neither a file nor a pipe" in done.err)


def test_ten_thousand_statements_are_quick(drawgate: Drawgate, log: Path, tmp_path: Path) -> None:
    value = json.loads((VEX / "openvex.json").read_text())
    first = value["statements"][0]
    value["statements"] = [
        {**first, "products": [{"@id": f"pkg:pypi/package{n}@{n}"}]} for n in range(10_000)
    ]
    file = tmp_path / "many.json"
    file.write_text(json.dumps(value))

    done = drawgate("gate", log, "--vex", file, *ALLOWED, "-o", "-")

    (use,) = verdict(done)["vex"]
    assert (10_000, 0) == (use["statements"], use["excused"])
    assert "10,000 statements do not count: they are about another product" in use["said"][0]


def test_a_later_hearing_takes_the_place_of_an_earlier_one(
    drawgate: Drawgate, log: Path, tmp_path: Path
) -> None:
    heard = tmp_path / "heard.sarif"
    first = drawgate("gate", log, "--vex", VEX / "openvex.json", *ALLOWED, "-f", "sarif")
    heard.write_text(first.out)
    again = drawgate("gate", heard, "--vex", VEX / "openvex.json", *ALLOWED, "-f", "sarif")
    kept = drawgate("gate", heard, "-o", "-")
    newer = json.loads((VEX / "openvex.json").read_text())
    newer["statements"][0] |= {"status": "affected", "action_statement": "Upgrade."}
    (tmp_path / "newer.json").write_text(json.dumps(newer))
    taken_back = drawgate("gate", heard, "--vex", tmp_path / "newer.json", *ALLOWED, "-o", "-")

    assert first.out == again.out
    assert 1 == verdict(kept)["totals"]["suppressed"]
    assert 0 == verdict(taken_back)["totals"]["suppressed"]


def test_what_leaves_comes_back(drawgate: Drawgate, tmp_path: Path) -> None:
    findings = (
        flaw("a", suppressions=(suppressed("false-positive"),), identity="1" * 8),
        flaw("b", suppressions=(suppressed("accepted"),), identity="2" * 8),
        flaw("c", identity="3" * 8),
    )
    log = _log(tmp_path, Report(findings=findings, looked_at=frozenset({"x"})))
    who = ("--author", "Acme", "--product", SHOP)
    for format_ in ("openvex", "cyclonedx-vex"):
        out = tmp_path / f"{format_}.json"
        done = drawgate("report", log, "-f", format_, *who, "-o", out)
        assert (0, "") == (done.code, done.err)
        bare = _log(
            tmp_path, Report(findings=(flaw("a"), flaw("b"), flaw("c")), looked_at=frozenset("x"))
        )
        back = drawgate(
            "gate", bare, "--vex", out, "--vex-author", "Acme", "--product", SHOP, "-f", "json"
        )
        found = verdict(back)["findings"]
        assert ["a"] == [f["dependency"]["name"] for f in found if f["suppressed"]]
        log = _log(tmp_path, Report(findings=findings, looked_at=frozenset({"x"})))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "LOG", "-f", "openvex"), "-f openvex: needs --author"),
        (("report", "LOG", "-f", "openvex", "--author", "A"), "-f openvex: needs --product"),
        (("report", "LOG", "-f", "json", "--author", "A"), "--author: says nothing to this format"),
        (("gate", "LOG", "-f", "openvex"), "openvex is written from a log"),
    ],
)
def test_who_speaks_must_be_said(
    drawgate: Drawgate, log: Path, words: tuple[str, ...], said: str
) -> None:
    done = drawgate(*(str(log) if word == "LOG" else word for word in words))

    assert (2, True) == (done.code, said in done.err)


@pytest.mark.scanners
def test_a_scan_hears_and_takes_nothing_from_the_target(drawgate: Drawgate, target: Path) -> None:
    """A document that lies in the target says nothing, unless the user names it."""
    (target / "requirements.txt").write_text("django==2.2.3\n")
    inside = target / ".vex" / "openvex.json"
    inside.parent.mkdir()
    inside.write_bytes((VEX / "openvex.json").read_bytes())
    (target / "drawgate.toml").write_text(
        'vex = ".vex/openvex.json"\nvex-author = "Shop Security"\n'
    )
    scan = ("scan", target, "--only", "pip-audit", "--offline", "--no-gate", "-q",
            "--advisories", ROOT / "fixtures/advisories", "--as-of", "2026-01-01")  # fmt: skip
    allowed = ("--vex-author", "Shop Security", "--product", SHOP)

    silent = drawgate(*scan).json("verdict.json")
    named = drawgate(*scan, *allowed, "--vex", inside).json("verdict.json")
    outside = drawgate(*scan, *allowed, "--vex", VEX / "openvex.json")

    assert [] == silent["vex"]
    assert any("vex is ignored" in note for note in silent["target"]["notes"])
    assert 0 == silent["totals"]["suppressed"]
    assert 2 == named["vex"][0]["excused"] == named["totals"]["suppressed"]
    assert "lies in the target" in named["vex"][0]["said"][0]
    assert not any(
        "lies in the target" in each for each in outside.json("verdict.json")["vex"][0]["said"]
    )
    assert "excuses 2 findings (openvex.json)" in (
        outside.directory / "summary.md"
    ).read_text().replace("`", "")
