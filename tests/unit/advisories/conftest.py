"""Small OSV records, and the ways to write them down."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Record = dict[str, Any]


def _record(identity: str = "PYSEC-1", **changes: object) -> Record:
    package = {"ecosystem": "PyPI", "name": "flask"}
    events = [{"introduced": "0"}, {"fixed": "1.0"}]
    affected = {"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    record = {"id": identity, "modified": "2024-05-01T00:00:00Z", "affected": [affected]}
    return {**record, **changes}


@pytest.fixture
def record() -> Callable[..., Record]:
    """Make a record against flask below 1.0; keywords replace its keys."""
    return _record


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """Write a zip with these members."""

    def write(members: dict[str, bytes], name: str = "all.zip") -> Path:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, data in members.items():
                archive.writestr(member, data)
        (tmp_path / name).write_bytes(content.getvalue())
        return tmp_path / name

    return write


@pytest.fixture
def foldered(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder with these records, each under its id."""

    def write(*records: Record) -> Path:
        folder = tmp_path / "records"
        folder.mkdir(exist_ok=True)
        for each in records:
            (folder / f"{each['id']}.json").write_text(json.dumps(each), encoding="utf-8")
        return folder

    return write
