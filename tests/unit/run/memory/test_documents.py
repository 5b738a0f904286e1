"""A document is kept with the answer that it belongs to."""

from dataclasses import replace
from typing import Any

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Ran

Bench = Any
"""The class of conftest.py, which nothing can import."""


def report_of(attempt: Attempt) -> dg.Report:
    assert isinstance(attempt, Ran)
    return attempt.report


def with_document(adapter: dg.Adapter, grain: dg.Grain) -> dg.Adapter:
    """Make an adapter whose tool writes a document about the files it was given."""

    def parse(output: dg.Output) -> dg.Report:
        names = " ".join(output.job.inputs).encode()
        return replace(adapter.parse(output), documents={"list.txt": names})

    return replace(adapter, grain=grain, parse=parse)


def test_a_document_about_all_is_kept_with_the_answer_about_all(bench: Bench) -> None:
    bench.write(a="x", b="y")
    whole = with_document(bench.adapter, dg.Grain.TREE)
    first = report_of(bench.scan(whole))
    again = report_of(bench.scan(whole))

    assert [] == bench.given
    assert {"list.txt": b"a.py b.py"} == first.documents == again.documents


def test_a_document_of_each_file_is_made_anew(bench: Bench) -> None:
    """It may be about all files that a process was given, which next time are others."""
    bench.write(a="x", b="y")
    each = with_document(bench.adapter, dg.Grain.FILE)
    bench.scan(each)
    again = report_of(bench.scan(each))

    assert ["a.py b.py"] == bench.given
    assert {"list.txt": b"a.py b.py"} == again.documents
