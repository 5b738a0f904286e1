"""A file that can't be parsed comes with the Python that would do."""

import time

import pytest

from drawgate.core.target import NotAssessed
from drawgate.triage.syntax import explain


@pytest.mark.parametrize(
    ("source", "python", "said"),
    [
        ('x = f"{d["a"]}"\n', "3.11", "it needs Python 3.12 (PEP 701"),
        ("x = f'{a} and {d['a']}'\n", "3.11", "it needs Python 3.12 (PEP 701"),
        ("type Pair[T] = tuple[T, T]\n", "3.11", "it needs Python 3.12 (PEP 695"),
        ("def first[T](x: list[T]) -> T: ...\n", "3.11", "it needs Python 3.12 (PEP 695"),
        ("class Box[T]: pass\n", "3.11", "it needs Python 3.12 (PEP 695"),
        ('x = t"hello {name}"\n', "3.13", "it needs Python 3.14 (PEP 750"),
        ("try: pass\nexcept ValueError, KeyError:\n  pass\n", "3.12", "it needs Python 3.14"),
        ("try: pass\nexcept* ValueError:\n  pass\n", "3.10", "it needs Python 3.11 (PEP 654"),
        ("match x:\n    case 1: pass\n", "3.9", "it needs Python 3.10 (PEP 634"),
        ('print "hello"\n', "3.11", "it is written for Python 2"),
        ("try: pass\nexcept ValueError, e:\n  pass\n", "3.11", "it is written for Python 2"),
        ("def (:\n", "3.11", "no syntax of a newer Python was recognised"),
        ('x = f"{d["a"]}"\n', "3.12", "no syntax of a newer Python was recognised"),
        ('print("x = %s" % f"{a}", "b")\nx = f"{a}" + "{b}"\n', "3.11", "no syntax of a newer"),
    ],
)
def test_advice(source: str, python: str, said: str) -> None:
    item = NotAssessed(subject="a.py", reason="syntax error", path="a.py", unparsed=python)

    reason = explain(item, source, "DRAWGATE_TOOL_X").reason
    assert reason.startswith(f"syntax error; {said}")
    assert ("DRAWGATE_TOOL_X" in reason) == ("needs Python" in said)


@pytest.mark.parametrize(
    "line",
    ['f"' * 490, 'f"{' + '"' * 990, 'f"' + "{a}" * 300, "type a" + " " * 990, "match " + ":" * 990],
)
def test_hostile_source_takes_little_time(line: str) -> None:
    item = NotAssessed(subject="a.py", reason="syntax error", path="a.py", unparsed="3.8")
    started = time.process_time()
    explain(item, f"{line}\n" * 1000, "DRAWGATE_TOOL_X")

    assert time.process_time() - started < 3
