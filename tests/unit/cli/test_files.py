"""The files of a scan."""

from drawgate.cli.files import results
from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.reporting.view import make_view
from drawgate.sarif.github import Upload


def made(scan: Scan) -> dict[str, bytes]:
    verdict = judge(scan, load_pack("default"))
    files = results(scan, verdict, Upload(), lambda: make_view(scan, verdict))
    return {name: make() for name, make in files}


def test_documents_are_written_below_a_folder_of_their_own() -> None:
    """No name that a tool gives leads out of it."""
    report = Report(documents={"bom.json": b"{}", "../../x y": b"z"})
    attempt = Ran(subject=Subject(name="syft", kind=Kind.SBOM), report=report)
    scan = Scan(target=TargetFacts(name="t"), attempts=(attempt,), as_of="2026-01-01T00:00:00Z")

    files = made(scan)

    written = {name: data for name, data in files.items() if name.startswith("documents/")}
    assert "sbom.cdx.json" not in files
    assert {"documents/syft-bom.json": b"{}", "documents/syft-.._.._x_y": b"z"} == written


def test_only_our_own_list_of_components_has_a_place_of_its_own() -> None:
    """Another tool's of the same name is a document like others."""
    attempts = tuple(
        Ran(
            subject=Subject(name=name, kind=Kind.SBOM),
            report=Report(documents={"sbom.cdx.json": name.encode()}),
        )
        for name in ("cyclonedx-bom", "syft")
    )
    scan = Scan(target=TargetFacts(name="t"), attempts=attempts, as_of="2026-01-01T00:00:00Z")

    files = made(scan)

    assert b"cyclonedx-bom" == files["sbom.cdx.json"]
    assert {"documents/syft-sbom.cdx.json"} == {n for n in files if n.startswith("documents/")}
