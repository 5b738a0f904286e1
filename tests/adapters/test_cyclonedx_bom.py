"""cyclonedx-bom's adapter: one list of all that is pinned, and nothing that nobody knows."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate.adapters.cyclonedx_bom import ADAPTER
from drawgate.core.adapter import Command, Job, Output
from drawgate.core.dependency import Graph, Inventory, Node, Pin
from drawgate.core.errors import ScannerError
from drawgate.core.target import NotAssessed
from samples.tools import answer

OPEN = NotAssessed(subject="requirements.txt: x", reason="no version", path="requirements.txt")


def pin(
    name: str, version: str, manifest: str = "requirements.txt", line: int | None = None
) -> Pin:
    return Pin(ecosystem="PyPI", name=name, version=version, manifest=manifest, line=line)


PINS = (pin("a", "1.0", line=1), pin("a", "2.0", "poetry.lock"), pin("a", "1.0", "dev.txt", 4))


def job(*pins: Pin, not_pinned: tuple[NotAssessed, ...] = ()) -> Job:
    manifests = tuple(sorted({each.manifest for each in pins}))
    inventory = Inventory(manifests=manifests, pins=pins, not_pinned=not_pinned)
    return Job(
        root=Path("/target"), inputs=manifests, inventory=inventory, scratch=Path("/scratch")
    )


def made(*pairs: tuple[str, str], **more: Any) -> bytes:  # noqa: ANN401 - parts of any JSON
    components = [
        {
            "bom-ref": f"requirements-L{number}",
            "description": f"requirements line {number}",
            "externalReferences": [{"type": "distribution", "url": "https://index.example/"}],
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "type": "library",
        }
        for number, (name, version) in enumerate(pairs, start=1)
    ]
    refs = [{"ref": each["bom-ref"]} for each in components]
    answer = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return json.dumps(answer | {"components": components, "dependencies": refs} | more).encode()


def document(for_: Job, stdout: bytes) -> Any:  # noqa: ANN401 - any JSON
    report = ADAPTER.parse(Output(job=for_, code=0, stdout=stdout, stderr=b""))
    assert set(for_.subjects) == report.looked_at
    return json.loads(report.documents["sbom.cdx.json"])


def test_the_tool_gets_a_list_of_pins_and_no_file_of_the_target() -> None:
    """Each once, whichever manifest names it; no index is named and no interpreter run."""
    assert ADAPTER.command(job(*PINS)) == Command(
        args=(
            *("requirements", "--output-reproducible", "--of", "JSON", "--sv", "1.6"),
            *("--validate", "requirements.txt"),
        ),
        ok=frozenset({0}),
        cwd=Path("/scratch"),
        files={"requirements.txt": b"a==1.0\na==2.0\n"},
    )


def test_a_component_says_where_it_is_named_and_not_where_it_would_come_from() -> None:
    whole = document(job(*PINS), made(("a", "1.0"), ("a", "2.0")))

    assert whole["components"] == [
        {
            "bom-ref": "pkg:pypi/a@1.0",
            "evidence": {
                "occurrences": [
                    {"location": "requirements.txt", "line": 1},
                    {"location": "dev.txt", "line": 4},
                ]
            },
            "name": "a",
            "purl": "pkg:pypi/a@1.0",
            "type": "library",
            "version": "1.0",
        },
        {
            "bom-ref": "pkg:pypi/a@2.0",
            "evidence": {"occurrences": [{"location": "poetry.lock"}]},
            "name": "a",
            "purl": "pkg:pypi/a@2.0",
            "type": "library",
            "version": "2.0",
        },
    ]
    assert "dependencies" not in whole


@pytest.mark.parametrize(("not_pinned", "said"), [((OPEN,), "incomplete"), ((), "unknown")])
def test_what_has_no_version_makes_the_list_incomplete(
    not_pinned: tuple[NotAssessed, ...], said: str
) -> None:
    """And a list of pins alone never claims to be whole."""
    whole = document(job(PINS[0], not_pinned=not_pinned), made(("a", "1.0")))

    assert [{"aggregate": said}] == whole["compositions"]


def test_the_serial_number_follows_from_the_content() -> None:
    one, same = (document(job(PINS[0]), made(("a", "1.0"))) for _ in range(2))
    other = document(job(PINS[1]), made(("a", "2.0")))

    assert one == same
    assert one["serialNumber"].startswith("urn:uuid:")
    assert one["serialNumber"] != other["serialNumber"]


@pytest.mark.parametrize(
    "stdout",
    [
        made(("a", "1.0")),
        made(("a", "1.0"), ("a", "1.0")),
        made(("a", "1.0"), ("b", "2.0")),
        made(("a", "1.0"), ("a", "2.0"), ("a", "3.0")),
        made(("a", "1.0"), ("a", "2.0"), bomFormat="SPDX"),
    ],
)
def test_a_list_of_other_packages_is_a_failure(stdout: bytes) -> None:
    with pytest.raises(ScannerError):
        document(job(*PINS), stdout)


texts = st.text(st.characters(exclude_categories=["Cc"]), min_size=1, max_size=9)
pins = st.builds(
    pin,
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}((a|rc|\.post)[0-9])?", fullmatch=True),
    texts,
    st.none() | st.integers(1, 9_999),
)


@given(known=st.lists(pins, min_size=1, max_size=6, unique_by=lambda each: each.subject))
def test_whatever_is_pinned_the_document_is_valid(known: list[Pin]) -> None:
    """By the strict validator of CycloneDX's own library, which knows no unknown key."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    pairs = sorted({(each.name, each.version) for each in known})
    told = job(*known)
    report = ADAPTER.parse(Output(job=told, code=0, stdout=made(*pairs), stderr=b""))
    text = report.documents["sbom.cdx.json"].decode()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_a_name_that_is_not_utf8_leaves_a_readable_document() -> None:
    (component,) = document(job(pin("a", "1", "x\udcff.txt")), made(("a", "1")))["components"]

    assert [{"location": "x?.txt"}] == component["evidence"]["occurrences"]


@pytest.mark.scanners
def test_the_tool_s_own_answer_becomes_a_valid_document(tmp_path: Path) -> None:
    """Odd versions keep their spelling, for the manifests spell them so."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    odd = ("2013b0", "1!2.0", "1.0.post1", "0.0.0-alpha", "1.0.0RC1", "01.2", "5.0+local.1")
    told = replace(job(*(pin("a", version) for version in odd)), scratch=tmp_path)
    report = ADAPTER.parse(answer(ADAPTER, told))
    text = report.documents["sbom.cdx.json"].decode()

    assert sorted(odd) == sorted(each["version"] for each in json.loads(text)["components"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_who_needs_whom_is_listed_as_far_as_the_manifests_tell() -> None:
    """A package of which nobody says anything is left out: that is how CycloneDX says unknown."""
    lock, plain = (pin("a", "1.0", "poetry.lock"), pin("b", "2.0", "poetry.lock")), pin("c", "3.0")
    nodes = (
        Node(name="a", version="1.0", needs=(("b", ""), ("gone", "")), may_need=(("c", ""),)),
        Node(name="b", version="2.0"),
    )
    told = job(*lock, plain)
    graphs = (Graph(manifest="poetry.lock", nodes=nodes), Graph(manifest="requirements.txt"))
    told = replace(told, inventory=replace(told.inventory, graphs=graphs))  # type: ignore[type-var]  # it has one
    whole = document(told, made(("a", "1.0"), ("b", "2.0"), ("c", "3.0")))

    assert whole["dependencies"] == [
        {"ref": "pkg:pypi/a@1.0", "dependsOn": ["pkg:pypi/b@2.0"]},
        {"ref": "pkg:pypi/b@2.0", "dependsOn": []},
    ]
