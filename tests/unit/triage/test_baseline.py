"""A finding is matched with one of the baseline, one to one, the strongest reason first."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from drawgate.core.finding import Dependency, Finding, Kind, Region
from drawgate.core.lines import Around, Hunk, LineMap
from drawgate.triage.alignment import Anchors, align
from drawgate.triage.baseline import match
from drawgate.triage.identity import SECRET, identify
from drawgate.triage.tokens import plain
from drawgate.triage.traces import trace

Maker = Callable[..., Finding]
OLD = """\
def pay():
    eval(a)
    x = 1
    eval(b)


def ship():
    eval(a)
    x = 2
"""


def _found(finding: Maker, path: str, text: str) -> tuple[Finding, ...]:
    """Find each line with an `eval`."""
    found = [
        finding(path, n, tool="t", region=Region(start_line=n, start_column=5))
        for n, line in enumerate(text.split("\n"), 1)
        if "eval" in line
    ]
    return identify(tuple(found), {path: text}, {path: text})


def _matched(
    finding: Maker, new: str, path: str = "a.py", renames: dict[str, str] | None = None
) -> list[tuple[int | None, int | None]]:
    """Match with OLD; give lines of the baseline and of now."""
    old, now = _found(finding, "a.py", OLD), _found(finding, path, new)
    return [(old[link.old].line, now[link.new].line) for link in match(old, now, renames or {})]


@pytest.mark.parametrize(
    ("new", "pairs"),
    [
        (OLD, [(2, 2), (4, 4), (8, 8)]),
        (f"import x\n{OLD}", [(2, 3), (4, 5), (8, 9)]),
        (OLD.replace("    ", "\t"), [(2, 2), (4, 4), (8, 8)]),
        (OLD.replace("eval(b)", "eval(\n        b\n    )"), [(2, 2), (4, 4), (8, 10)]),
        (OLD.replace("eval(b)", "eval(b + c)"), [(2, 2), (8, 8)]),
        (OLD.replace("def pay():\n", "def pay():\n    eval(a)\n"), [(2, 3), (4, 5), (8, 9)]),
        (OLD.replace("    eval(a)\n    x = 2\n", "    x = 2\n    eval(a + 1)\n"),
         [(2, 2), (4, 4), (8, 9)]),
        ("", []),
    ],
    ids=["same", "line above", "reindented", "wrapped", "edited beside another", "copied",
         "edited and alone in its function", "gone"],
)  # fmt: skip
def test_findings_are_known_again(finding: Maker, new: str, pairs: list[tuple[int, int]]) -> None:
    assert pairs == _matched(finding, new)


def test_a_renamed_file_is_told_by_git_or_guessed(finding: Maker) -> None:
    pairs = [(2, 2), (4, 4), (8, 8)]

    assert pairs == _matched(finding, OLD, "b.py", {"a.py": "b.py"})
    assert pairs == _matched(finding, OLD, "b.py")


TWO = "def pay():\n    eval(a)\n\n\ndef ship():\n    pass\n"
SWAPPED = "def pay():\n    pass\n\n\ndef ship():\n    eval(a)\n"
MOVED = Around(above=((1, 30),))


@pytest.mark.parametrize(
    ("around", "states"),
    [(None, []), (Around(), []), (MOVED, [(2, 6)])],
    ids=["git told nothing of its neighbours", "alone", "with its neighbours"],
)
def test_a_flaw_in_another_function_is_new_where_git_knows(
    finding: Maker, around: Around | None, states: list[tuple[int, int]]
) -> None:
    """Unless the lines around it moved with it; without git it is taken for moved."""
    old, new = _found(finding, "a.py", TWO), _found(finding, "a.py", SWAPPED)
    hunks = {"a.py": (Hunk(2, 1, 2, 1), Hunk(6, 1, 6, 1))}
    beside = [{("a.py", line): around} if around else {} for line in (2, 6)]
    lines = LineMap(before=hunks, after=hunks, around_old=beside[0], around_new=beside[1])

    told = match(old, new, {}, lines)

    assert states == [(old[link.old].line, new[link.new].line) for link in told]
    assert 1 == len(match(old, new, {}))


def test_many_equal_flaws_in_another_function_are_all_new(finding: Maker) -> None:
    """As one is, also where nothing of the file has stayed."""
    old, new = (
        _found(finding, "a.py", f"def {name}():\n" + "    eval(a)\n" * 5) for name in ("f", "g")
    )
    hunks = {"a.py": (Hunk(1, 6, 1, 6),)}

    assert () == match(old, new, {}, LineMap(before=hunks, after=hunks))


def test_what_git_calls_unchanged_is_the_same_though_another_is_more_alike(
    finding: Maker,
) -> None:
    """A copy above an old flaw is new, and so is one whose old line still stands without one."""
    old = _found(finding, "a.py", "def pay():\n    eval(a)\n    x = 1\n")
    new = _found(finding, "a.py", "def pay():\n    eval(a)\n    eval(a)\n    x = 1\n")
    hunks = {"a.py": (Hunk(2, 0, 2, 1),)}
    lines = LineMap(before=hunks, after=hunks)

    (link,) = match(old, new, {}, lines)

    assert (3, "git says that its line did not change") == (new[link.new].line, link.words)
    assert () == match(old, new[:1], {}, lines)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f('a', 'b')", 'f(\n  "a",\n  "b",\n)'),
        ("'x' 'y'", '"xy"'),
        (r"'it\'s'", '"it\'s"'),
    ],
)
def test_a_formatter_may_change_quotes_and_join_strings(before: str, after: str) -> None:
    assert plain(before) == plain(after)
    assert plain("f(a)") != plain("f('a')")


def test_another_rule_or_tool_is_another_finding(finding: Maker) -> None:
    (one,) = _found(finding, "a.py", "eval(a)\n")
    others = (replace(one, rule=replace(one.rule, id="R2")), replace(one, tool="u"))

    assert match((one,), others, {}) == ()
    assert len(match((one,), (replace(one, tool="T"),), {})) == 1


def test_a_package_is_known_in_every_version_and_by_every_name(finding: Maker) -> None:
    flask = Dependency(ecosystem="PyPI", name="flask", version="1.0", advisory="PYSEC-1")
    old = finding("r.txt", 1, tool="t", rule="PYSEC-1", dependency=flask)
    upgraded = replace(old, dependency=replace(flask, version="1.1"))
    renamed = replace(
        old,
        rule=replace(old.rule, id="GHSA-1"),
        dependency=replace(flask, advisory="GHSA-1", aliases=("PYSEC-1",)),
    )
    other = replace(renamed, dependency=replace(flask, advisory="GHSA-1"))

    assert [len(match((old,), (each,), {})) for each in (upgraded, renamed, other)] == [1, 1, 0]


def test_the_same_version_is_matched_before_another_one(finding: Maker) -> None:
    one, two = (
        finding("r.txt", n, tool="t", identity=v,
                dependency=Dependency(ecosystem="PyPI", name="a", version=v, advisory="X"))
        for n, v in enumerate(("1", "2"), 1)
    )  # fmt: skip

    (link,) = match((one, two), (replace(two, location=one.location),), {})

    assert link.old == 1


def test_another_secret_on_a_masked_line_is_new_where_a_key_tells(finding: Maker) -> None:
    """Without the key both read `***`, and nobody can know."""
    one = finding("a.py", 1, kind=Kind.SECRETS, tool="t", fingerprints={SECRET: "aa"})
    other = replace(one, fingerprints={SECRET: "bb"})
    unknown = replace(one, fingerprints={})

    assert match((one,), (other,), {}) == ()
    assert [link.old for link in match((other, one), (one,), {})] == [1]
    assert len(match((one,), (unknown,), {})) == 1
    assert len(match((unknown,), (other,), {})) == 1


def test_a_secret_in_an_edited_line_is_new(finding: Maker) -> None:
    """It may be another one."""
    old, new = (
        identify((finding("a.py", 1, kind=Kind.SECRETS, tool="t"),), {}, {"a.py": text})
        for text in ("p = '***'\n", "password = '***'\n")
    )

    assert match(old, new, {}) == ()


def test_a_group_too_large_for_comparing_is_paired_in_order(finding: Maker) -> None:
    many = [trace(n, finding("a.py", n + 1), "a.py") for n in range(700)]

    pairs = list(align(many[::2], many, Anchors()))

    assert len({one.index for one, _ in pairs}) == len({other.index for _, other in pairs}) == 350
