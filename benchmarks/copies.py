"""Copies of old flaws, planted beside them: each is a new flaw that looks like a known one."""

import ast
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

from project import Found, Project, matched, scanned

from drawgate.core.baseline import Baseline
from drawgate.core.finding import Finding

SWALLOWED = 0.005
PLANTED = 200


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
