"""The list of components: made of the target's pins, by the real tool, without a network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners


def scan(drawgate: Drawgate, target: Path, *args: str) -> Any:  # noqa: ANN401 - what the fixture gives
    return drawgate("scan", target, "--only", "cyclonedx-bom", "--offline", *args)


def pinned(run: Any) -> list[str]:  # noqa: ANN401 - see above
    return [each["purl"] for each in run.json("sbom.cdx.json")["components"]]


def test_the_shop_s_pins_are_listed_and_valid(drawgate: Drawgate, shop: Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    run = scan(drawgate, shop)
    text = (run.directory / "sbom.cdx.json").read_text()
    whole = json.loads(text)

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert "pkg:pypi/django@2.2.3" in pinned(run)
    assert 17 == run.attempts["cyclonedx-bom"]["lookedAt"]
    assert [{"aggregate": "incomplete"}] == whole["compositions"]
    assert "python-dateutil>=2.8" in run.out
    assert not (run.directory / "documents").exists()


def test_two_versions_of_a_package_are_two_components(drawgate: Drawgate, target: Path) -> None:
    """A folder for each service, and still one list."""
    for folder, version in (("one", "2.31.0"), ("two", "2.32.0")):
        (target / folder).mkdir()
        (target / folder / "requirements.txt").write_text(f"requests=={version}\n")

    assert ["pkg:pypi/requests@2.31.0", "pkg:pypi/requests@2.32.0"] == pinned(
        scan(drawgate, target)
    )


def test_the_list_follows_the_pins_and_not_the_cache(drawgate: Drawgate, target: Path) -> None:
    (target / "requirements.txt").write_text("requests==2.31.0\n")
    first = scan(drawgate, target)
    before = (first.directory / "sbom.cdx.json").read_bytes()
    again = scan(drawgate, target)

    assert before == (again.directory / "sbom.cdx.json").read_bytes()
    assert 0 == again.attempts["cyclonedx-bom"]["execution"]["processes"]
    (target / "requirements.txt").write_text("requests==2.32.0\n")
    assert ["pkg:pypi/requests@2.32.0"] == pinned(scan(drawgate, target))


def test_nothing_of_the_target_is_run_or_read_but_its_pins(
    drawgate: Drawgate, target: Path, tmp_path: Path
) -> None:
    """Neither an interpreter in it, nor an include that leads out of it."""
    (target / ".venv/bin").mkdir(parents=True)
    evil = target / ".venv/bin/python"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    evil.chmod(0o755)
    (tmp_path / "secret.txt").write_text("elsewhere==1.0\n")
    (target / "requirements.txt").write_text("requests==2.31.0\n-r ../secret.txt\n")

    assert ["pkg:pypi/requests@2.31.0"] == pinned(scan(drawgate, target))
    assert not (tmp_path / "ran").exists()


def test_who_needs_whom_is_listed_and_valid(drawgate: Drawgate, target: Path) -> None:
    """As the lock tells; a package of another manifest that tells nothing has no entry."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    (target / "requirements-extra.txt").write_text("idna==3.7\n")
    (target / "uv.lock").write_text(
        'version = 1\n[[package]]\nname = "app"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "flask" }]\n'
        '[[package]]\nname = "flask"\nversion = "0.12.2"\nsource = { registry = "x" }\n'
        'dependencies = [{ name = "werkzeug" }]\n'
        '[[package]]\nname = "werkzeug"\nversion = "0.14.1"\nsource = { registry = "x" }\n'
    )
    text = (scan(drawgate, target).directory / "sbom.cdx.json").read_text()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert json.loads(text)["dependencies"] == [
        {"ref": "pkg:pypi/flask@0.12.2", "dependsOn": ["pkg:pypi/werkzeug@0.14.1"]},
        {"ref": "pkg:pypi/werkzeug@0.14.1", "dependsOn": []},
    ]
