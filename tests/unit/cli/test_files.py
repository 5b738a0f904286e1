"""The files of a scan."""

from drawgate.cli.files import results
from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.sarif.github import Upload


def test_documents_are_written_below_a_folder_of_their_own() -> None:
    """No name that a tool gives leads out of it."""
    report = Report(documents={"bom.json": b"{}", "../../x y": b"z"})
    attempt = Ran(subject=Subject(name="syft", kind=Kind.SBOM), report=report)
    scan = Scan(target=TargetFacts(name="t"), attempts=(attempt,), as_of="2026-01-01T00:00:00Z")

    files = results(scan, judge(scan, load_pack("default")), Upload())

    written = {name: data for name, data in files.items() if name.startswith("documents/")}
    assert {"documents/syft-bom.json": b"{}", "documents/syft-.._.._x_y": b"z"} == written
