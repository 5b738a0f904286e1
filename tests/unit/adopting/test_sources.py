"""Each tool's own way to hide things becomes an entry with its place, reason and date."""

# ruff: noqa: E501, ISC004 - samples of other tools' files, one beside what is read of it

import pytest

from drawgate.adopting import (
    bandit,
    detect_secrets,
    gitleaks,
    osv_scanner,
    pip_audit,
    ruff,
    safety,
    semgrep,
    trivy,
)
from drawgate.adopting.entry import Entry, LeftOut, Source, open_document


def _read(source: Source, path: str, text: str) -> list[str]:
    """Give each entry as `LINE RULES VULN PURL PATH | REASON | EXPIRES`, what is given only."""
    assert source.fits(path)
    return [_line(each) for each in source.read(open_document(path, text.encode()))]


def _line(each: Entry | LeftOut) -> str:
    if isinstance(each, LeftOut):
        return f"{each.line} left out: {each.reason}"
    match = each.match
    what = (",".join(match.rules), match.vuln, match.purl, match.path)
    said = [" ".join([str(each.line), *filter(None, what)]), each.reason, each.expires]
    return " | ".join(filter(None, said)) + (" | false alarm" if each.false else "")


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "pyproject.toml",
            '[tool.bandit]\nskips = [\n  "B101", # tests only\n  # no shell here\n  "B603",\n]\n'
            'exclude_dirs = ["./tests/", "docs"]\n[tool.bandit.assert_used]\nskips = ["*_test.py"]\n',
            ["3 B101 | tests only", "5 B603 | no shell here", "7 tests", "7 docs",
             "9 B101 *_test.py"],
        ),
        (
            "sub/.bandit",
            "[bandit]\n# old code\nskips: B101,B601\nexclude = /tests, /build\n[other]\nskips: B1\n",
            ["3 B101 | old code", "3 B601 | old code", "4 tests", "4 build"],
        ),
        ("bandit.yaml", "skips: [B101]\ntests: [B201, B301]\n",
         ["1 B101", "2 left out: `tests` switches all other rules of bandit off"]),
        ("setup.cfg", "[metadata]\nname = x\n", []),
        ("pyproject.toml", "[tool]\nbandit = 3\n", []),
    ],
)  # fmt: skip
def test_bandit(path: str, text: str, expected: list[str]) -> None:
    assert expected == _read(bandit.SOURCE, path, text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "pyproject.toml",
            '[tool.ruff.lint]\nignore = ["E501", "S311", "SIM1", "SLF"]\n'
            '[tool.ruff.lint.per-file-ignores]\n"tests/**" = ["S101", "D1"] # asserts\n'
            '"scripts/*" = ["S6", "S"]\n"!src/**" = ["S"]\n',
            ["2 B311,S311", "4 B101,S101 tests/** | asserts", "5 B6*,S6* scripts/*",
             "5 B*,S* scripts/*",
             "6 left out: a pattern that begins with ! means all other files"],
        ),
        ("ruff.toml", 'extend-ignore = ["S105"]\n[lint.extend-per-file-ignores]\n"a.py" = ["S324"]\n',
         ["1 B105,S105", "3 B324,S324 a.py"]),
    ],
)  # fmt: skip
def test_ruff(path: str, text: str, expected: list[str]) -> None:
    """Bandit's rule of the same number is named, too, and no rule of another group is."""
    assert expected == _read(ruff.SOURCE, path, text)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            ".trivyignore",
            "# only on Windows\nCVE-2024-1111\n\nCVE-2024-2222 exp:2027-01-31 # until the next release\n"
            "AVD-DS-0002\ngeneric-api-key\nCVE-2024-3333 exp:soon\n",
            ["2 CVE-2024-1111 | only on Windows",
             "4 CVE-2024-2222 | until the next release | 2027-01-31",
             "5 AVD-DS-0002", "6 generic-api-key",
             "7 left out: what stands behind exp: is no date"],
        ),
        (
            ".trivyignore.yaml",
            "vulnerabilities:\n  - id: CVE-2024-1111\n    paths: [a.lock, b.lock]\n"
            "    purls:\n      - pkg:pypi/jinja2@3.0\n    expired_at: 2027-01-31\n    statement: not reachable\n"
            "  - id: CVE-2024-2222 # as agreed\n  - paths: [x]\n"
            "misconfigurations:\n  - id: AVD-DS-0002\n    paths: [Dockerfile]\n"
            "secrets:\n  - id: aws-access-key-id\n    expired_at: never\n",
            ["2 CVE-2024-1111 pkg:pypi/jinja2@3.0 a.lock | not reachable | 2027-01-31",
             "2 CVE-2024-1111 pkg:pypi/jinja2@3.0 b.lock | not reachable | 2027-01-31",
             "8 CVE-2024-2222 | as agreed", "9 left out: an entry without an id",
             "11 AVD-DS-0002 Dockerfile", "14 left out: `expired_at` is no date"],
        ),
    ],
)  # fmt: skip
def test_trivy(path: str, text: str, expected: list[str]) -> None:
    assert expected == _read(trivy.SOURCE, path, text)


def test_gitleaks() -> None:
    """Neither commit nor line is kept; a finding of ours survives both."""
    text = (
        "# sample of the vendor\n0123456789abcdef0123456789abcdef01234567:docs/a.md:aws-token:12\n"
        "src/b.py:generic-api-key:3\nnonsense\n"
    )

    assert [
        "2 aws-token docs/a.md | sample of the vendor",
        "3 generic-api-key src/b.py",
        "4 left out: is no fingerprint with a file, a rule and a line",
    ] == _read(gitleaks.SOURCE, ".gitleaksignore", text)


BASELINE = """{
  "version": "1.5.0",
  "filters_used": [
    {"path": "detect_secrets.filters.regex.should_exclude_file", "pattern": ["^vendor/"]}
  ],
  "results": {
    "docs/a \\"b\\".md": [
      {"type": "Secret Keyword", "filename": "docs", "hashed_secret": "HASH-ONE", "line_number": 3},
      {"type": "Secret Keyword", "filename": "docs", "hashed_secret": "HASH-TWO", "line_number": 9},
      {"type": "AWS Access Key", "hashed_secret": "HASH-THREE", "is_secret": false}
    ],
    "src/c.py": [
      {"type": "Base64 High Entropy String", "hashed_secret": "HASH-FOUR", "is_secret": true}
    ]
  }
}
"""


def test_detect_secrets() -> None:
    """One entry for each kind in a file. A secret that was confirmed is never proposed."""
    read = _read(detect_secrets.SOURCE, ".secrets.baseline", BASELINE)

    assert [
        '7 secret-keyword docs/a "b".md',
        '7 aws-access-key docs/a "b".md | called a false alarm in the audit of the baseline'
        " | false alarm",
        "12 left out: a Base64 High Entropy String in src/c.py was confirmed: revoke it",
        "1 left out: leaves out files by the expression ^vendor/; write it as --exclude by hand",
    ] == sorted(read, key=lambda line: (line.startswith("1 "), line[:2] == "12"))
    assert "HASH" not in "".join(read)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("Makefile", "audit:\n\tpip-audit --ignore-vuln CVE-2025-3000 --ignore-vuln=GHSA-xqmj-j6mv-4862\n",
         ["2 CVE-2025-3000", "2 GHSA-xqmj-j6mv-4862"]),
        ("ci/audit.sh", "# no fix yet\npip-audit \\\n  --ignore-vuln PYSEC-2024-1 \\\n  --ignore-vuln \\\n PYSEC-2024-2\n"
         "# pip-audit --ignore-vuln PYSEC-2024-3\n",
         ["3 PYSEC-2024-1", "5 PYSEC-2024-2"]),
        (".pre-commit-config.yaml", "args:\n  - --ignore-vuln\n  - GHSA-aaaa-bbbb-cccc # waits for 2.0\n"
         'args: ["--ignore-vuln", "CVE-2024-9"]\n',
         ["3 GHSA-aaaa-bbbb-cccc | waits for 2.0", "4 CVE-2024-9"]),
        (".github/workflows/a.yml", "- uses: pypa/gh-action-pip-audit@v1\n  with:\n    ignore-vulns: |\n"
         "      GHSA-aaaa-bbbb-cccc # not used\n      PYSEC-2023-1 PYSEC-2023-2\n    inputs: CVE-2020-1111\n",
         ["4 GHSA-aaaa-bbbb-cccc | not used", "5 PYSEC-2023-1", "5 PYSEC-2023-2"]),
        ("tox.ini", "commands =\n  pip-audit --ignore-vuln --desc\n", []),
    ],
)  # fmt: skip
def test_pip_audit(path: str, text: str, expected: list[str]) -> None:
    assert expected == _read(pip_audit.SOURCE, path, text)


def test_semgrep() -> None:
    text = ":include .gitignore\n# generated\n*_pb2.py\n\ntests/ # slow\n!tests/keep.py\n"

    assert [
        "1 left out: names another file; what git ignores is no target",
        "3 *_pb2.py | generated",
        "5 tests/ | slow",
        "6 left out: takes back an exclusion, which no pattern of ours can",
    ] == _read(semgrep.SOURCE, ".semgrepignore", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("security:\n  ignore-cvss-severity-below: 7\n  ignore-vulnerabilities:\n    51457:\n"
         "      reason: we do not parse it\n      expires: '2027-01-31'\n    36546: too old\n",
         ["4 51457 | we do not parse it | 2027-01-31", "7 36546 | too old",
          "2 left out: `ignore-cvss-severity-below` hides findings by kind; a policy pack is the place for that"]),
        ("security:\n  ignore-vulnerabilities:\n    - id: 12345 # false alarm\n      expires: 2027-01-31\n",
         ["3 12345 | false alarm | 2027-01-31"]),
        ("version: '3.0'\nreport:\n  dependency-vulnerabilities:\n    auto-ignore-in-report:\n"
         "      vulnerabilities:\n        64396: {reason: internal, expires: '2027-01-31'}\n",
         ["6 64396 | internal | 2027-01-31"]),
        ("security:\n  ignore-vulnerabilities:\n  ignore-cvss-severity-below: 0\n", []),
    ],
)  # fmt: skip
def test_safety(text: str, expected: list[str]) -> None:
    assert expected == _read(safety.SOURCE, ".safety-policy.yml", text)


def test_osv_scanner() -> None:
    text = (
        '[[IgnoredVulns]]\nid = "GHSA-aaaa-bbbb-cccc"\nignoreUntil = 2027-01-31\nreason = "no SSL"\n'
        '[[IgnoredVulns]] # alias\nid = "CVE-2024-1"\nignoreUntil = 2027-01-31T00:00:00Z\n'
        '[[PackageOverrides]]\nname = "lib"\nversion = "1.0"\necosystem = "PyPI"\nignore = true\n'
        '[[PackageOverrides]]\nname = "b"\necosystem = "Go"\nvulnerability.ignore = true\n'
        'effectiveUntil = "2027-01-31"\n'
        '[[PackageOverrides]]\necosystem = "Go"\nignore = true\n'
        '[[PackageOverrides]]\nname = "b"\necosystem = "Go"\nlicense.ignore = true\n'
        '[[PackageOverrides]]\nname = "@babel/core"\nversion = "7.0"\necosystem = "npm"\n'
        "ignore = true\n"
    )

    assert [
        "1 GHSA-aaaa-bbbb-cccc | no SSL | 2027-01-31",
        "5 CVE-2024-1 | alias | 2027-01-31",
        "8 pkg:pypi/lib@1.0",
        "13 pkg:golang/b | 2027-01-31",
        "18 left out: names no package of an ecosystem that is known",
        "25 pkg:npm/%40babel/core@7.0",
    ] == _read(osv_scanner.SOURCE, "osv-scanner.toml", text)
