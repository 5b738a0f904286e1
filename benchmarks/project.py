"""Python projects with a history, for measuring: their files, ruff's findings, what git says."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scanner"))

from drawgate.core.finding import Finding, Kind, Location, Region, Rule
from drawgate.triage.baseline import Link
from drawgate.triage.identity import identify

RUFF = Path(sys.executable).parent / "ruff"
RULES = "S,B,PL,TRY,SIM,BLE,ARG,FBT,RET,PERF"
DIFF = ("diff", "--no-color", "-U0", "-M50", "-l0")
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")

Found = tuple[Finding, ...]


def cloned(repository: Path, place_: Path) -> Path:
    """Put HEAD's Python files into a clone, so that a work tree can be changed.

    Not by checking them out: a mirror may lack the largest files.
    """
    words = ["git", "clone", "-q", "--shared", "--no-checkout", str(repository), str(place_)]
    subprocess.run(words, check=True)
    return extracted(repository, "HEAD", place_)


def scanned(tree: Path) -> Found:
    """Give ruff's findings in their order, identified."""
    words = [RUFF, "check", "--isolated", "--no-cache", "--select", RULES, "--ignore-noqa",
             "--preview", "--output-format", "json", "--exit-zero", "."]  # fmt: skip
    done = subprocess.run(words, cwd=tree, capture_output=True, check=True)
    rows = [row for row in json.loads(done.stdout) if row["code"] and row["code"][0].isupper()]
    found = tuple(as_finding(row, tree) for row in rows)
    paths = {finding.path for finding in found}
    sources = {path: (tree / path).read_text("utf-8", "replace") for path in paths}
    order = sorted(found, key=lambda f: (f.path, f.line, f.region.start_column, f.rule.id))  # type: ignore[union-attr]
    return identify(tuple(order), sources, sources)


def as_finding(row: dict[str, object], tree: Path) -> Finding:
    start, end = row["location"], row["end_location"]
    path = Path(str(row["filename"])).resolve().relative_to(tree.resolve()).as_posix()
    return Finding(
        kind=Kind.CODE,
        rule=Rule(id=str(row["code"])),
        message=str(row["message"]),
        tool="ruff",
        location=Location(path=path, line=start["row"]),  # type: ignore[index]
        region=Region(
            start_line=start["row"],  # type: ignore[index]
            start_column=start["column"],  # type: ignore[index]
            end_line=end["row"],  # type: ignore[index]
            end_column=end["column"],  # type: ignore[index]
        ),
    )


def extracted(repository: Path, commit: str, place_: Path) -> Path:
    """Put a commit's Python files into a folder."""
    place_.mkdir(exist_ok=True)
    names = git(repository, "ls-tree", "-r", "-z", "--name-only", commit).split("\0")
    python = [name for name in names if name.endswith(".py")]
    asked = "".join(f"{commit}:{name}\n" for name in python).encode()
    words = ["git", f"--git-dir={repository}", "cat-file", "--batch"]
    data = subprocess.run(words, input=asked, capture_output=True, check=True).stdout
    at = 0
    for name in python:
        end = data.index(b"\n", at)
        size = data[at:end].split(b" ")[-1]
        at = end + 1
        if size.isdigit():
            path = place_ / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data[at : at + int(size)])
            at += int(size) + 1
    return place_


def git(repository: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", f"--git-dir={repository}", *words], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8", "replace")


def truth(
    old: Found, new: Found, lines: Mapping[str, list[tuple[int, int, int]]], renames: dict[str, str]
) -> dict[int, int]:
    """Pair findings on lines that git calls unchanged, by rule and column."""
    places: dict[tuple[object, ...], list[int]] = {}
    for number, finding in enumerate(new):
        places.setdefault(place(finding, finding.path, finding.line or 0), []).append(number)
    before: dict[tuple[object, ...], list[int]] = {}
    for number, finding in enumerate(old):
        moved = shifted(lines.get(finding.path, []), finding.line or 0)
        if moved:
            path = renames.get(finding.path, finding.path)
            before.setdefault(place(finding, path, moved), []).append(number)
    pairs = {}
    for key, numbers in before.items():
        if len(numbers) == len(places.get(key, [])):
            pairs |= dict(zip(numbers, places[key], strict=True))
    return pairs


def place(finding: Finding, path: str, line: int) -> tuple[object, ...]:
    region = finding.region
    return (finding.rule.id, path, line, region.start_column if region else 0, finding.message)


def shifted(hunks: list[tuple[int, int, int]], line: int) -> int:
    """Give where a line is now; 0 when it was changed."""
    shift = 0
    for start, removed, added in hunks:
        if start > line:
            break
        if start <= line < start + removed:
            return 0
        shift += added - removed
    return line + shift


def unchanged(diff: str) -> tuple[dict[str, list[tuple[int, int, int]]], dict[str, str]]:
    """Read the hunks of each file, and the renames."""
    hunks: dict[str, list[tuple[int, int, int]]] = {}
    renames: dict[str, str] = {}
    old = ""
    for line in diff.splitlines():
        if line.startswith("diff --git a/"):
            old = line.removeprefix("diff --git a/").partition(" b/")[0]
        elif line.startswith("rename to "):
            renames[old] = line.removeprefix("rename to ")
        elif match_ := HUNK.match(line):
            start, removed, _, added = (int(group or 1) for group in match_.groups())
            # A hunk that removes nothing stands behind the line it names.
            first = start if removed else start + 1
            hunks.setdefault(old, []).append((first, removed, added))
    return hunks, renames


def measured(links: Iterable[Link], pairs: dict[int, int]) -> tuple[float, float, int]:
    """Give the share that was found, and the share of those linked with something else."""
    linked = {link.old: link.new for link in links}
    taken = {link.new: link.old for link in links}
    right = sum(linked.get(one) == other for one, other in pairs.items())
    wrong = sum(
        linked.get(one, other) != other or taken.get(other, one) != one
        for one, other in pairs.items()
    )
    return right / len(pairs), wrong / len(pairs), len(pairs)


def in_order(old: Found, new: Found, renames: dict[str, str]) -> dict[int, int]:
    """Pair findings of a file and rule in their order, where their number stayed."""
    groups: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    for side, found in enumerate((old, new)):
        for n, finding in enumerate(found):
            path = renames.get(finding.path, finding.path) if side == 0 else finding.path
            groups.setdefault((path, finding.rule.id), ([], []))[side].append(n)
    pairs = {}
    for before, after in groups.values():
        if len(before) == len(after):
            pairs |= dict(zip(before, after, strict=True))
    return pairs
