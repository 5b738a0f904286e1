"""Every rule of the semgrep pack finds what its samples say, and nothing beside it."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Rule = dict[str, Any]
Place = tuple[str, str, int]

PATH = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
SEMGREP = shutil.which("semgrep", path=PATH)
NOTE = re.compile(r"(?:#|//)\s*(ruleid|ok):\s*(.+)$")

pytestmark = pytest.mark.scanners


@pytest.fixture(scope="session")
def answer(
    rules: dict[str, Rule], samples: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Scan all samples at once with all rules in one file, and without a network."""
    folder = tmp_path_factory.mktemp("semgrep")
    pack = folder / "pack.json"
    pack.write_text(json.dumps({"rules": list(rules.values())}), encoding="utf-8")
    names = sorted(str(path.relative_to(samples)) for path in samples.rglob("*") if path.is_file())
    options = "--experimental --metrics off --disable-version-check --quiet --json --timeout 0"
    call = [str(SEMGREP), "scan", *options.split(), "--no-rewrite-rule-ids", "-j", "1"]
    call = [*cut(), *call, "--project-root", ".", "--config", str(pack), *names]
    environment = {"PATH": PATH, "HOME": str(folder), "TMPDIR": str(folder)}
    done = subprocess.run(
        call,
        cwd=samples,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def cut() -> list[str]:
    """Give what cuts the network, where this machine allows it."""
    unshare = ["unshare", "--user", "--map-root-user", "--net"]
    if not shutil.which("unshare"):
        return []
    allowed = subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode == 0
    return unshare if allowed else []


def test_every_rule_and_every_sample_is_read(answer: dict[str, Any], samples: Path) -> None:
    """A rule that semgrep can't read is an error and no silence."""
    names = {str(path.relative_to(samples)) for path in samples.rglob("*") if path.is_file()}

    assert [] == answer["errors"]
    assert names == set(answer["paths"]["scanned"])


def test_rules_find_what_the_samples_say(
    answer: dict[str, Any], rules: dict[str, Rule], samples: Path
) -> None:
    bad, good = notes(samples)
    annotated = {(path, rule) for path, rule, _ in bad | good}
    found = {(r["path"], r["check_id"], r["start"]["line"]) for r in answer["results"]}

    assert bad == {place for place in found if place[:2] in annotated}


def test_every_rule_has_two_samples_of_each_kind(rules: dict[str, Rule], samples: Path) -> None:
    bad, good = ([rule for _, rule, _ in places] for places in notes(samples))
    # A module has one such setting, and an image one end: more would need a file each.
    one = {
        "drawgate.dockerfile.runs-as-root",
        "drawgate.dockerfile.back-to-root",
        "drawgate.python.django-debug-on",
    }

    assert {*bad, *good} == set(rules)
    assert one >= {id_ for id_ in rules if min(bad.count(id_), good.count(id_)) < 2}
    assert one <= {*bad} & {*good}


def test_a_fix_changes_the_code(
    answer: dict[str, Any], rules: dict[str, Rule], samples: Path
) -> None:
    """A fix that leaves the line as it was would only look like one."""
    fixing = {id_ for id_, rule in rules.items() if "fix" in rule or "fix-regex" in rule}
    fixes = [result for result in answer["results"] if result["check_id"] in fixing]

    assert fixing == {result["check_id"] for result in fixes}
    assert [] == [result for result in fixes if result["extra"]["fix"] == matched(result, samples)]


def matched(result: dict[str, Any], samples: Path) -> str:
    """Give the text that a result is about."""
    text = (samples / result["path"]).read_bytes()
    return text[result["start"]["offset"] : result["end"]["offset"]].decode()


def notes(samples: Path) -> tuple[set[Place], set[Place]]:
    """Read the annotations: on which lines must a rule match, on which must it not."""
    places: dict[str, set[Place]] = {"ruleid": set(), "ok": set()}
    for path in samples.rglob("*"):
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        for number, line in enumerate(lines, start=1):
            if note := NOTE.search(line):
                name = str(path.relative_to(samples))
                ids = {rule.strip() for rule in note[2].split(",")}
                places[note[1]] |= {(name, id_, number + 1) for id_ in ids}
    return places["ruleid"], places["ok"]
