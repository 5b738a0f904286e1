"""The proposal says what, from where, why, until when and what it would hide; and hides nothing."""

from datetime import date
from pathlib import Path

import yaml

from drawgate import strict
from drawgate.adopting.adopt import Adopted, adopt
from drawgate.adopting.entry import Entry, Match
from drawgate.adopting.proposal import propose
from drawgate.core.errors import ConfigError

TODAY = date(2026, 11, 25)


def _proposal(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (root / name).write_text(text)
    return propose(adopt(root, [*files]), TODAY)


def test_the_whole_proposal(tmp_path: Path) -> None:
    made = _proposal(
        tmp_path,
        {
            ".trivyignore": "CVE-2024-1111 exp:2027-01-31 # not reachable\nCVE-2024-1111\n"
            "CVE-2020-1 exp:2021-01-01\n",
            ".bandit": "[bandit]\nskips: B101\nexclude: tests\n",
            "ruff.toml": '[lint.per-file-ignores]\n"a/*" = ["S311"]\n',
            "osv-scanner.toml": '[[PackageOverrides]]\necosystem = "PyPI"\nname = "lib"\n'
            "ignore = true\n",
            ".gitleaksignore": "odd\n",
            "a.py": "x = 1  # nosec\n",
        },
    )  # fmt: skip

    assert """\
apiVersion: "drawgate/v1"
waivers:

  # from .bandit:2 (bandit)
  # would hide every finding of B101 in any file
  - id: "bandit-b101"
    match:
      rule: "B101"
      paths: "**"
    type: ""
    reason: ""
    owner: ""
    approver: ""
    created: "2026-11-25"
    expires: "2027-02-23" # proposed, 90 days: it had none
    severity: ""

  # from .trivyignore:1 (trivy)
  # would hide CVE-2024-1111 in any package, in any file
  - id: "trivy-cve-2024-1111"
    match:
      advisory: "CVE-2024-1111"
      package: ""
      versions: ""
    type: ""
    reason: "not reachable"
    owner: ""
    approver: ""
    created: "2026-11-25"
    expires: "2027-01-31" # as it was
    severity: ""

  # from .trivyignore:2 (trivy)
  # would hide CVE-2024-1111 in any package, in any file
  - id: "trivy-cve-2024-1111-2"
    match:
      advisory: "CVE-2024-1111"
      package: ""
      versions: ""
    type: ""
    reason: ""
    owner: ""
    approver: ""
    created: "2026-11-25"
    expires: "2027-02-23" # proposed, 90 days: it had none
    severity: ""

  # from osv-scanner.toml:1 (osv-scanner)
  # would hide every vulnerability in pkg:pypi/lib, in any file
  - id: "osv-scanner-pkg-pypi-lib"
    match:
      advisory: ""
      package: "pkg:pypi/lib"
      versions: ""
    type: ""
    reason: ""
    owner: ""
    approver: ""
    created: "2026-11-25"
    expires: "2027-02-23" # proposed, 90 days: it had none
    severity: ""

  # from ruff.toml:2 (ruff)
  # would hide every finding of B311 and S311 in a/*
  - id: "ruff-b311-a"
    match:
      rule: ["B311", "S311"]
      paths: "a/*"
    type: ""
    reason: ""
    owner: ""
    approver: ""
    created: "2026-11-25"
    expires: "2027-02-23" # proposed, 90 days: it had none
    severity: ""

# Paths that one tool leaves out. `--exclude` leaves them out for all:
#   .bandit:3 (bandit): hid all that bandit reports in tests

# Expired, so that nothing is proposed:
#   .trivyignore:3 (trivy): hid CVE-2020-1 in any package, in any file, until 2021-01-01

# Not adopted:
#   .gitleaksignore:1: is no fingerprint with a file, a rule and a line

# Marked in the code itself; a scan records these without a waiver:
#   # nosec: 1 place in 1 file
""" == made[made.index("apiVersion") :]
    assert "NOTHING READS THIS FILE, AND IT HIDES NOTHING" in made


def test_it_can_be_read_by_the_strict_reader_and_by_any_other(tmp_path: Path) -> None:
    made = _proposal(tmp_path, {".trivyignore": 'CVE-2024-1 # "quoted": \\ and # more\n'})

    node = strict.parse_yaml(made.encode(), "proposal.yaml", ConfigError)

    assert node.at("waivers")
    assert '"quoted": \\ and # more' == yaml.safe_load(made)["waivers"][0]["reason"]


def test_it_is_the_same_however_often_it_is_written(tmp_path: Path) -> None:
    files = {".trivyignore": "CVE-2024-2\nCVE-2024-1\n", ".semgrepignore": "a\n"}

    assert _proposal(tmp_path, files) == _proposal(tmp_path, dict(reversed(files.items())))


def test_nothing_found_is_no_proposal(tmp_path: Path) -> None:
    assert "" == _proposal(tmp_path, {"a.py": "x = 1\n", ".bandit": "[bandit]\n"})


def test_no_credential_and_no_hash_of_one_gets_in(tmp_path: Path) -> None:
    token = "ghp_" + "1a2B3c4D5e6F7g8H9i0J" + "1a2B3c4D5e6F"
    digest = "0123456789abcdef0123456789abcdef01234567"
    made = _proposal(
        tmp_path,
        {
            ".trivyignore": f"CVE-2024-1 # {token}\n{token}\n",
            ".semgrepignore": f"{token}\n",
            ".secrets.baseline": '{"results": {"a.py": [{"type": "Secret Keyword", '
            f'"hashed_secret": "{digest}", "line_number": 3}}]}}}}',
        },
    )

    assert "secret-keyword" in made
    assert token not in made
    assert digest not in made


def test_a_text_of_the_target_stays_on_its_line() -> None:
    """Neither a line break nor a quote may begin an entry that nobody wrote."""
    evil = 'x"\n  - id: planted\n\x1b[2J\u2028\x85#'
    entry = Entry(
        tool="trivy",
        file=f"{evil}/.trivyignore",
        line=1,
        match=Match(vuln=evil, path=evil, purl=evil),
        reason=evil,
    )
    made = propose(Adopted(entries=(entry,), left_out=(), marked=()), TODAY)

    (waiver,) = yaml.safe_load(made)["waivers"]
    assert 'x" - id: planted [2J #' == waiver["reason"] == waiver["match"]["advisory"]
    assert "\x1b" not in made
