"""A file that is no log is called what it is."""

import gzip
import io
import json
import lzma
from pathlib import Path

import pytest

from drawgate.core.errors import LogError
from drawgate.sarif.foreign import as_object
from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import merge
from drawgate.sarif.validate import validate
from drawgate.triage.merged import masks

LOG = json.dumps({"version": "2.1.0", "runs": []}).encode()
TEXT = LOG.decode()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (gzip.compress(LOG, mtime=0), "packed with gzip"),
        (lzma.compress(LOG), "packed with xz"),
        (b"BZh91AY&SY", "packed with bzip2"),
        (b"\x28\xb5\x2f\xfd\x04", "packed with Zstandard"),
        (b"PK\x03\x04\x14", "a ZIP archive"),
        (TEXT.encode("utf-16"), "the file is UTF-16"),
        (TEXT.encode("utf-16-le"), "the file is UTF-16"),
        (TEXT.encode("utf-16-be"), "the file is UTF-16"),
        (TEXT.encode("utf-32"), "the file is UTF-32"),
        (TEXT.encode("utf-32-be"), "the file is UTF-32"),
        (b"\0" * 64, "holds zeros"),
        (b"<!DOCTYPE html>\n<title>502</title>", "an HTML page"),
        (b"\n<HTML><body>", "an HTML page"),
        (b'<?xml version="1.0"?><testsuites/>', "this is XML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS's pointer"),
        (b"[1]", "an array"),
        (b" null", "a single value"),
        (b'"a"', "a single value"),
        (b"-1", "a single value"),
        (b"// made by hand\n" + LOG, "a comment"),
        (b"version: 2.1.0\nruns:\n", "YAML"),
        (b"---\nversion: 2.1.0\n", "YAML"),
        (b"Scanning 3 files ...\n" + LOG, "something stands before the document"),
        (b"usage: scan [-h]\n", "YAML"),
        (b"Segmentation fault\n", "no JSON document"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_what_a_file_is(data: bytes, what: str, tmp_path: Path) -> None:
    """Every command says the same of it, and what to do about it."""
    path = tmp_path / "x.sarif"
    path.write_bytes(data)
    with pytest.raises(LogError) as read:
        ingest(data, "x.sarif")
    with pytest.raises(LogError) as merged:
        merge([path], io.BytesIO(), masks())
    (problem,) = validate(path)

    assert what in read.value.what
    assert read.value.hint
    assert read.value.what == merged.value.what
    assert f"{read.value.what} ({read.value.hint})" == problem.message


@pytest.mark.parametrize("data", [LOG, b"\xef\xbb\xbf" + LOG, b" \r\n\t" + LOG, b"{"])
def test_what_may_be_a_log(data: bytes) -> None:
    """A mark of the byte order and blanks do no harm; what follows is for others to read."""
    assert as_object(data, "x") == data.removeprefix(b"\xef\xbb\xbf")
