"""cyclonedx-bom: a list of the packages that the target's manifests pin, as CycloneDX."""

import json
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from drawgate import plugin as dg

_MANY: Final = 1_000
"""Packages beyond which the tool does not check its own answer: that takes minutes."""


def command(job: dg.Job) -> dg.Command:
    # It gets a list of pins and no manifest: it reads one file of one sort, follows includes,
    # and its `environment` would run the target's interpreter.
    lines = _specifiers(job)
    check = "--validate" if len(lines) <= _MANY else "--no-validate"
    options = ("--output-reproducible", "--of", "JSON", "--sv", "1.6", check)
    return dg.Command(
        args=("requirements", *options, "requirements.txt"), ok=frozenset({0}), cwd=job.scratch,
        files={"requirements.txt": "".join(f"{line}\n" for line in lines).encode()},
    )  # fmt: skip


@dg.json_answer("cyclonedx-bom")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    places = _places(output.job)
    components = [_component(each, places) for each in dg.check_list(said["components"])]
    told, asked = [each["bom-ref"] for each in components], _specifiers(output.job)
    if said["bomFormat"] != "CycloneDX" or len(told) != len(asked) or len({*told}) != len(asked):
        raise dg.ScannerError(f"cyclonedx-bom made {len(told)} components of {len(asked)} packages")
    # The tool's own list says of each package that it needs none; the manifests know better.
    whole = {key: each for key, each in said.items() if key != "dependencies"}
    edges = _edges(output.job, components)
    known = "incomplete" if output.job.inventory and output.job.inventory.not_pinned else "unknown"
    whole |= {"components": components, "compositions": [{"aggregate": known}]}
    whole |= {"dependencies": edges} if edges else {}
    serial = uuid5(NAMESPACE_OID, json.dumps(whole, sort_keys=True))
    document = {**whole, "serialNumber": f"urn:uuid:{serial}"}
    text = json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return dg.Report(
        looked_at=frozenset(pin.subject for pin in dg.pins(output.job, "PyPI")),
        documents={"sbom.cdx.json": f"{text}\n".encode()},
    )


def _specifiers(job: dg.Job) -> list[str]:
    return sorted({f"{pin.name}=={pin.version}" for pin in dg.pins(job, "PyPI")})


def _places(job: dg.Job) -> dict[tuple[str, str], list[dg.Json]]:
    found: dict[tuple[str, str], list[dg.Json]] = {}
    for pin in dg.pins(job, "PyPI"):
        place = {"location": pin.manifest.encode("utf-8", "replace").decode()}
        line = {"line": pin.line} if pin.line else {}
        found.setdefault((pin.name, pin.version), []).append(place | line)
    return found


def _edges(job: dg.Job, components: list[dg.Json]) -> list[dg.Json]:
    """Say which needs which; of a package that no manifest tells of, nothing is known or said."""
    refs = {(each["name"], each["version"]): each["bom-ref"] for each in components}
    told = dg.needs(job, "PyPI")
    return [{"ref": refs[each], "dependsOn": [refs[n] for n in told[each]]} for each in told]


def _component(told: dg.Json, places: dict[tuple[str, str], list[dg.Json]]) -> dg.Json:
    """Say where a package is named. Where it would come from, the tool only assumes."""
    kept = {key: told[key] for key in ("name", "version", "purl", "type")}
    named = places[told["name"], told["version"]]
    return {**kept, "bom-ref": told["purl"], "evidence": {"occurrences": named}}


ADAPTER = dg.Adapter(
    name="cyclonedx-bom", kind=dg.Kind.SBOM, grain=dg.Grain.TREE,
    homepage="https://cyclonedx-bom-tool.readthedocs.io/",
    tool=dg.Tool(distribution="cyclonedx-bom", argv=("cyclonedx-py",), supported=">=7,<8"),
    inputs=dg.manifests, command=command, parse=parse,
)  # fmt: skip
