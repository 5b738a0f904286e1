"""What `gate`, `report`, `validate` and `merge` do with what is named as a log."""

import gzip
import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from drawgate.core.errors import LogError
from drawgate.sarif.merge import merge
from drawgate.sarif.source import open_source, read_source
from drawgate.triage.merged import masks
from samples.foreign import Json, run
from samples.foreign import log as document

_PLACE = {"physicalLocation": {"artifactLocation": {"uri": "src/a.py"}}}
_SECRET = {"ruleId": "aws-access-token", "message": {"text": "found"}, "locations": [_PLACE]}
_BAD = {"ruleId": "A", "level": "error", "message": {"text": "bad"}, "locations": [_PLACE]}


_FINISHED: Json = {"invocations": [{"executionSuccessful": True}]}


def drawgate(
    *words: object, stdin: bytes = b"", folder: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from drawgate.cli import main; main()", *map(str, words)]
    return subprocess.run(
        command, input=stdin, capture_output=True, check=False, timeout=60, cwd=folder
    )


@pytest.mark.parametrize("pack", ["default", "strict"])
def test_a_log_that_proves_nothing(pack: str, tmp_path: Path) -> None:
    """An empty list is no proof, also not after we have written or merged it; and -q says so."""
    log, ours, merged = (tmp_path / name for name in ("a.sarif", "ours.sarif", "merged.sarif"))
    log.write_bytes(document(run()))
    assert drawgate("report", log, "-f", "sarif", "-o", ours).returncode == 0
    assert drawgate("merge", log, log, "-o", merged).returncode == 0

    for each in (log, ours, merged):
        done = drawgate("gate", "-q", "--policy", pack, each)
        verdict, why, warnings = done.stdout.decode().splitlines()
        assert done.returncode == 3
        assert verdict.startswith("INCOMPLETE: ")
        assert why.endswith("x has no finding, no invocation and no artifact")
        assert warnings.startswith("  warnings: nobody knows whether anyone looked for code: x ")
        assert "; the log holds no run that looks for secrets; " in warnings
    whole = drawgate("gate", "--policy", pack, log).stdout.decode()
    assert "`executionSuccessful`" in whole
    assert "docs/exit-codes.md" in whole
    upload = drawgate("report", log, "-f", "github-sarif", "-o", tmp_path / "github.sarif")
    assert (upload.returncode, b"nothing shows that a scanner looked" in upload.stderr) == (2, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (document(run()), 3),
        (document(run(invocations=[])), 3),
        (document(run(artifacts=[])), 3),
        (document(run(), run()), 3),
        (document(run(**_FINISHED)), 0),
        (document(run(), run(**_FINISHED)), 0),
        (document(run(artifacts=[{"location": {"uri": "src/a.py"}}])), 0),
        (document(run(artifacts=[{"location": {"uri": "a.log"}, "roles": ["resultFile"]}])), 3),
        (document(run(_BAD | {"kind": "pass", "level": "none"})), 0),
        (document(run(_BAD)), 1),
        (b"\xef\xbb\xbf" + document(run(_BAD)), 1),
        (document(run(_BAD | {"rank": 99.5})), 1),
        (document(run(_BAD | {"kind": "open", "level": "none"})), 1),
        (document(run(_BAD | {"kind": "review", "level": "none"})), 1),
        (document(run(_BAD | {"kind": "pass"})), 1),
        (document(run(_BAD | {"kind": "fail", "level": "none"})), 1),
        (document(run(_SECRET, tool={"driver": {"name": "gitleaks"}})), 1),
        (document(run(_SECRET | {"level": "warning"}, tool={"driver": {"name": "gitleaks"}})), 0),
        (document(run(_BAD | {"suppressions": [{"kind": "external", "status": "rejected"}]})), 1),
        (
            document(run(_BAD | {"suppressions": [{"kind": "external", "status": "underReview"}]})),
            1,
        ),
        (document(run(_BAD | {"suppressions": []})), 1),
        (document(run(_BAD | {"suppressions": [{"kind": "external"}]})), 0),
        (document(run(_BAD | {"baselineState": "unchanged"})), 1),
        (document(run(_BAD | {"baselineState": "absent"})), 0),
        (document(run(_BAD | {"kind": "informational", "level": "none"})), 0),
        (document(run(_BAD | {"kind": "notApplicable", "level": "none"})), 0),
        (document(run(_BAD | {"locations": []})), 1),
        (document(run(_BAD | {"locations": [{"logicalLocations": [{"name": "tests.f"}]}]})), 1),
        (document(), 3),
        (document(run() | {"results": None}), 3),
        (document(run(invocations=[{"executionSuccessful": False}])), 3),
        (document(run(externalPropertyFileReferences={"results": [{"itemCount": 1}]})), 3),
        (document(run(), runs=None), 2),
        (document(run(), inlineExternalProperties=[{"results": [_BAD]}]), 2),
        (document(run(), inlineExternalProperties=None), 2),
        (document(run({"ruleId": "A"})), 2),
        (document(run()) + b" x", 2),
        (document(run()) + document(run()), 2),
        (document(run()).replace(b"[]", b"[NaN]"), 2),
        (document(run(_BAD)).replace(b'"error"', b'"error", "rank": 1' + b"0" * 5000), 1),
        (document(run(_BAD | {"ruleIndex": 2**70})), 2),
        (document(run(_BAD)).replace(b"src/a.py", b"\\ud800"), 2),
        (
            document(run(_BAD)).replace(
                b'"bad"', b'"bad", "x": ' + b"[" * 200_000 + b"]" * 200_000
            ),
            2,
        ),
        (document(run(), version="2.0.0"), 2),
        (document(run()).replace(b'"version"', b'"vers"'), 2),
        (gzip.compress(document(run()), mtime=0), 2),
        (document(run()).decode().encode("utf-16"), 2),
        (b"", 2),
        (b"\n", 2),
        (b"null", 2),
    ],
)
def test_a_log_on_standard_input(content: bytes, code: int) -> None:
    """Whatever comes in is judged, incomplete or refused; never a traceback, never a guess."""
    done = drawgate("gate", "-", stdin=content)

    assert done.returncode == code, done.stderr + done.stdout
    assert b"Traceback" not in done.stderr
    assert bool(done.stderr) == (code == 2)


def test_what_is_no_file(tmp_path: Path) -> None:
    """Every command says what is wrong with what was named."""
    loop = tmp_path / "loop.sarif"
    loop.symlink_to(loop)
    for place in (tmp_path, loop, tmp_path / "missing.sarif", Path("/dev/zero")):
        for command in ("gate", "report"):
            done = drawgate(command, place)
            assert done.returncode == 2, command
            assert done.stderr.startswith(f"drawgate: {place}: ".encode())
        assert drawgate("validate", place).returncode == 2
        assert drawgate("merge", place, "-o", tmp_path / "out.sarif").returncode == 2
    assert not (tmp_path / "out.sarif").exists()


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    """`drawgate gate <(scanner)` works; what is read twice can't come from a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"log"))
    writer.start()

    assert read_source(pipe) == b"log"
    writer.join()
    for path in (pipe, Path("-")):
        with pytest.raises(LogError, match="this is a pipe, and every log is read twice"):
            open_source(path)


def test_the_log_is_not_written_over(tmp_path: Path) -> None:
    """A verdict under the log's own name would destroy what it is about."""
    log = tmp_path / "a.sarif"
    log.write_bytes(document(run()))
    for words in (["gate", log, "-o", log], ["report", log, "-f", "json", "-o", log]):
        done = drawgate(*words)
        assert (done.returncode, b"is the log itself" in done.stderr) == (2, True)
    assert log.read_bytes() == document(run())
    written = drawgate("report", "-", "-f", "json", "-o", log, stdin=document(run()))
    assert written.returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b'"runs"', b'"runs": [], "runs"', ": $: 'runs' stands twice in one object"),
        (b'"results"', b'"results": [], "results"', ": $.runs[0]: 'results' stands twice"),
        (b'"level"', b'"level": "note", "level"', ": $.runs[0].results[1]: 'level' stands twice"),
        (b'"driver"', b'"driver": 1, "driver"', ": $.runs[0].tool: 'driver' stands twice"),
    ],
)
def test_merge_refuses_what_stands_twice(
    tmp_path: Path, old: bytes, new: bytes, place: str
) -> None:
    """Copied as it is, nobody could say what the result means; decoded, one would be lost."""
    log = tmp_path / "a.sarif"
    first = {"message": {"text": "m"}}
    log.write_bytes(document(run(first, _BAD)).replace(old, new))
    with pytest.raises(LogError) as caught:
        merge([log], io.BytesIO(), masks())

    assert str(caught.value).startswith(f"{log}{place}")
