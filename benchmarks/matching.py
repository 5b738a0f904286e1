"""Matching a scan with a baseline: how fast, and how right on the history of real projects.

`python benchmarks/matching.py` times 100,000 findings against 100,000. With git directories of
Python projects (`python benchmarks/matching.py GITDIR…`) it also compares ruff's findings of HEAD
with those of the last commit that is `--days` older. What plain `git diff -M50` says of lines that
did not change is the truth there.

Each number is there twice: as `scan --baseline REF` and `diff --repo` match, which ask git for its
lines, and by keys only, as with a log or a file without a repository. The first is held to the
bounds. Then copies of flaws are planted beside old ones, a line is put on top of every file, all
files are reformatted and a folder is renamed; none of that is committed, so git's lines are those
of a changed work tree.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from copies import planted
from project import (
    DIFF,
    RUFF,
    Project,
    cloned,
    extracted,
    git,
    in_order,
    matched,
    measured,
    scanned,
    truth,
    unchanged,
)

from drawgate.core.baseline import Baseline
from drawgate.core.finding import Finding, Kind, Location, Region, Rule
from drawgate.triage.baseline import match

SECONDS, RECALL, WRONG, REFORMATTED = 3.0, 0.99, 0.003, 0.97


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
