"""Matching a scan with a baseline: how fast, and how right on the history of real projects.

`python benchmarks/matching.py` times 100,000 findings against 100,000, with Python's garbage
collector as it is. With git directories of Python projects (`python benchmarks/matching.py
GITDIR…`) it also compares ruff's findings of HEAD with those of the last commit that is `--days`
older. What plain `git diff -M50` says of lines that did not change is the truth there.

Each number is there twice: as `scan --baseline REF` and `diff --repo` match, which ask git for its
lines, and by keys only, as with a log or a file without a repository. The first is held to the
bounds. Then copies of flaws are planted beside old ones, a line is put on top of every file, all
files are reformatted and a folder is renamed; none of that is committed, so git's lines are those
of a changed work tree.
"""

import argparse
import ast
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from project import (
    DIFF,
    RUFF,
    Found,
    cloned,
    extracted,
    git,
    in_order,
    measured,
    scanned,
    truth,
    unchanged,
)

from drawgate.cli.told_by_git import Now, lying_there, with_git
from drawgate.core.baseline import Baseline
from drawgate.core.finding import Finding, Kind, Location, Region, Rule
from drawgate.triage.baseline import Link, match

SECONDS, RECALL, WRONG, SWALLOWED, REFORMATTED = 3.0, 0.99, 0.003, 0.005, 0.97
PLANTED = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", type=Path, nargs="*", metavar="GITDIR")
    parser.add_argument("--days", type=int, default=330)
    chosen = parser.parse_args()
    missed = speed()
    for repository in chosen.repositories:
        missed |= history(repository, chosen.days)
    return int(missed)


def speed() -> bool:
    """Match findings of which most stay, and some move, are edited, renamed or are many alike."""
    chance = random.Random(4)
    old = tuple(made(number, chance) for number in range(100_000))
    new = tuple(later(finding, chance) for finding in old[:97_000])
    new += tuple(made(number, chance) for number in range(100_000, 103_000))
    renames = {f"d{n}/old.py": f"d{n}/new.py" for n in range(0, 400, 8)}
    start = time.process_time()
    links = match(old, new, renames)
    seconds = time.process_time() - start
    right = sum(link.old == link.new for link in links)
    print(
        f"100,000 x 100,000: {seconds:.2f} s (<= {SECONDS}), {len(links):,} links, {right:,} right"
    )
    return seconds > SECONDS


def made(number: int, chance: random.Random) -> Finding:
    """Make a finding; a fifth of all share their text with many others of the file."""
    alike = number % 5 == 0
    text = f"same{number % 3}" if alike else f"text{number}"
    line = chance.randrange(1, 5_000)
    return Finding(
        kind=Kind.CODE,
        rule=Rule(id=f"R{number % 40}"),
        message="m",
        tool="t",
        location=Location(path=f"d{number % 400}/old.py", line=line),
        region=Region(start_line=line, start_column=5),
        fingerprints={
            "primaryLocationLineHash": f"{text}c:1",
            "drawgate/lineText/v1": text,
            "drawgate/snippetTokens/v2": f"{text}t",
            "drawgate/scope/v1": f"f{line // 50}",
            "drawgate/message/v1": "m",
        },
        identity=f"id{number}",
    )


def later(finding: Finding, chance: random.Random) -> Finding:
    """Give a finding as it may be found a year later."""
    keys = dict(finding.fingerprints)
    fate = chance.random()
    if fate < 0.2:
        keys["primaryLocationLineHash"] = f"x{chance.random()}:1"
    if fate < 0.1:
        keys["drawgate/lineText/v1"] = f"y{chance.random()}"
    if fate < 0.03:
        keys["drawgate/snippetTokens/v2"] = f"z{chance.random()}"
    path = finding.path
    if path in {f"d{n}/old.py" for n in range(0, 400, 8)}:
        path = path.replace("old", "new")
    line = (finding.line or 1) + 40
    return Finding(
        kind=finding.kind,
        rule=finding.rule,
        message="m",
        tool="t",
        location=Location(path=path, line=line),
        region=Region(start_line=line, start_column=5),
        fingerprints=keys,
        identity=f"{finding.identity}n",
    )


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project's clone, and what is known of its history."""

    tree: Path
    old: Found
    new: Found
    old_commit: str
    renames: dict[str, str]

    def told(self, old: Found, commit: str, new: Found, *, load: bool = True) -> Baseline:
        """Give a baseline as the command has it, with what git says."""
        baseline = Baseline(source="", findings=old, commit=commit)
        now = Now(repository=self.tree, findings=new, load=lying_there if load else None)
        told = with_git(baseline, now, log=False)
        for note in told.notes:
            print(f"  ! {note}")
        return told


def matched(baseline: Baseline, new: Found) -> tuple[Link, ...]:
    return match(baseline.findings, new, baseline.renames, baseline.lines)


def history(repository: Path, days: int) -> bool:
    """Hold the matching against a project's history, and against what is done to its files."""
    new_commit = git(repository, "rev-parse", "HEAD").strip()
    date = git(repository, "log", "-1", "--format=%ct", "HEAD").strip()
    before = f"--before=@{int(date) - days * 86_400}"
    old_commit = git(repository, "rev-list", "-1", "--first-parent", before, "HEAD").strip()
    with tempfile.TemporaryDirectory() as place:
        tree = cloned(repository, Path(place) / "new")
        old = scanned(extracted(repository, old_commit, Path(place) / "old"))
        new = scanned(tree)
        files = sum(1 for _ in tree.rglob("*.py"))
        print(f"{repository.parent.name}: {old_commit[:9]}..{new_commit[:9]}, {files:,} files, "
              f"{len(old):,} -> {len(new):,} findings")  # fmt: skip
        lines, renames = unchanged(git(repository, *DIFF, old_commit, new_commit, "--", "*.py"))
        project = Project(tree=tree, old=old, new=new, old_commit=old_commit, renames=renames)
        missed = told(project, truth(old, new, lines, renames))
        missed |= planted(project)
        return missed | line_above(project) | reformatted(project)


def told(project: Project, pairs: dict[int, int]) -> bool:
    """Compare the two commits, as `diff --repo` does."""
    start = time.perf_counter()
    baseline = project.told(project.old, project.old_commit, project.new, load=False)
    asked = time.perf_counter() - start
    start = time.process_time()
    links = matched(baseline, project.new)
    seconds = time.process_time() - start
    recall, wrong, number = measured(links, pairs)
    print(f"  history of {number:,} pairs, with git: recall {recall:.4f} (>= {RECALL}), "
          f"wrong {wrong:.4f} (<= {WRONG}); {len(links):,} links, {seconds:.2f} s, "
          f"git {asked:.2f} s")  # fmt: skip
    for renames, words in ((project.renames, "and git's renames"), ({}, "only")):
        keys = match(project.old, project.new, renames)
        alone, false, _ = measured(keys, pairs)
        print(f"    by keys {words}: recall {alone:.4f}, wrong {false:.4f}, {len(keys):,} links")
    return recall < RECALL or wrong > WRONG


def planted(project: Project) -> bool:
    """Copy statements with old flaws in them; each copy must be new."""
    tree, new = project.tree, project.new
    head = project.told(project.old, project.old_commit, new)
    chosen = chosen_lines(project, {link.new for link in matched(head, new)})
    kept = {path: (tree / path).read_text() for path in chosen}
    for path, lines in chosen.items():
        text = kept[path].split("\n")
        for line in sorted(lines, reverse=True):
            text.insert(line, text[line - 1] + ("  # copied" if lines[line] else ""))
        (tree / path).write_text("\n".join(text))
    after = scanned(tree)
    beside_head = project.told(new, "HEAD", after)
    beside_past = project.told(project.old, project.old_commit, after)
    for path, text in kept.items():
        (tree / path).write_text(text)
    added = Counter(map(kind, after)) - Counter(map(kind, new))
    total = sum(added.values())
    number = sum(map(len, chosen.values()))

    def swallowed(before: Baseline, then: Baseline) -> int:
        fresh = unmatched(then, after) - unmatched(before, new)
        return sum((added - fresh).values())

    same = Baseline(source="", findings=new)
    keys_past = replace(head, lines=None)
    two = swallowed(same, beside_head), swallowed(head, beside_past)
    print(f"  {number} copies, {total} new findings; swallowed with git: {two[0]} beside HEAD, "
          f"{two[1]} beside the history (<= {SWALLOWED:.1%}); by keys: "
          f"{swallowed(same, same)}, {swallowed(keys_past, keys_past)}")  # fmt: skip
    return max(two) > SWALLOWED * total


def chosen_lines(project: Project, known: set[int]) -> dict[str, dict[int, bool]]:
    """Choose lines with known flaws to copy; half of the copies get a comment."""
    chance = random.Random(7)
    chosen: dict[str, dict[int, bool]] = {}
    candidates = [project.new[n] for n in sorted(known)]
    chance.shuffle(candidates)
    left = PLANTED
    for finding in candidates:
        line = finding.line or 0
        lines = chosen.get(finding.path, {})
        if left and copyable(project.tree / finding.path, line) and line not in lines:
            chosen.setdefault(finding.path, {})[line] = left % 2 == 0
            left -= 1
    return chosen


def kind(finding: Finding) -> tuple[str, str]:
    return finding.path, finding.rule.id


def unmatched(baseline: Baseline, new: Found) -> Counter[tuple[str, str]]:
    known = {link.new for link in matched(baseline, new)}
    return Counter(kind(finding) for n, finding in enumerate(new) if n not in known)


TREES: dict[Path, set[int]] = {}


def copyable(path: Path, line: int) -> bool:
    """Tell whether a line is one whole statement that may stand there twice."""
    if path not in TREES:
        simple = (ast.Expr, ast.Assign, ast.Assert, ast.Raise, ast.AugAssign)
        try:
            nodes = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, simple)]
        except SyntaxError:  # of a newer Python
            nodes = []
        text = path.read_text().split("\n")
        TREES[path] = {
            node.lineno
            for node in nodes
            if node.lineno == node.end_lineno
            and text[node.lineno - 1][: node.col_offset].isspace()
            and text[node.lineno - 1].strip()
            == text[node.lineno - 1][node.col_offset : node.end_col_offset]
        }
    return line in TREES[path]


def line_above(project: Project) -> bool:
    for path in project.tree.rglob("*.py"):
        path.write_bytes(b"# one more line\n" + path.read_bytes())
    moved = scanned(project.tree)
    missed = False
    for baseline, words in (
        (project.told(project.new, "HEAD", moved), "with git"),
        (Baseline(source="", findings=project.new), "by keys"),
    ):
        links = matched(baseline, moved)
        fresh, absent = len(moved) - len(links), len(project.new) - len(links)
        print(f"  a line above everything, {words}: {fresh} new, {absent} absent (0, 0)")
        missed |= bool(fresh or absent)
    return missed


def reformatted(project: Project) -> bool:
    """Reformat all files and rename the folder with the most findings."""
    tree, new = project.tree, project.new
    words = [RUFF, "format", "-q", "--isolated", "--line-length", "88", "."]
    subprocess.run(words, cwd=tree, check=False)
    folders = Counter(Path(f.path).parent.as_posix() for f in new if "/" in f.path)
    folder = folders.most_common(1)[0][0]
    (tree / folder).rename(tree / f"{folder}_renamed")
    after = scanned(tree)
    renames = {
        f.path: f.path.replace(folder, f"{folder}_renamed", 1)
        for f in new
        if f.path.startswith(f"{folder}/")
    }
    pairs = in_order(new, after, renames)
    with_lines = project.told(new, "HEAD", after)
    recall, wrong, number = measured(matched(with_lines, after), pairs)
    keys, false, _ = measured(match(new, after, renames), pairs)
    alone, guessed, _ = measured(match(new, after, {}), pairs)
    print(f"  reformatted, {folder} renamed, with git: recall {recall:.4f} (>= {REFORMATTED}), "
          f"wrong {wrong:.4f} of {number:,}; by keys and renames {keys:.4f}, {false:.4f}, "
          f"by keys only {alone:.4f}, {guessed:.4f}")  # fmt: skip
    return min(recall, keys) < REFORMATTED


if __name__ == "__main__":
    sys.exit(main())
