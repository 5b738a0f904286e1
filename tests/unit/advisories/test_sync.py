"""Loading from a real server that behaves, stalls, lies, breaks off, or never ends."""

import gzip
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from drawgate.advisories.download import Limits, check_address
from drawgate.advisories.mirror import open_mirror
from drawgate.advisories.sync import Synced, check_ecosystem, sync, wanted
from drawgate.advisories.verify import check
from drawgate.core.errors import AdvisoryError

Make = Callable[..., Any]
Answer = Callable[[BaseHTTPRequestHandler], None]
SAMPLES = Path(__file__).parents[3] / "fixtures/published"
KEV = (SAMPLES / "kev.json").read_bytes()
EPSS = gzip.compress((SAMPLES / "epss.csv").read_bytes(), mtime=0)
OSV, KEV_NAME, EPSS_NAME = (
    "/PyPI/all.zip",
    "/known_exploited_vulnerabilities.json",
    "/epss_scores-current.csv.gz",
)
QUICK = Limits(size=1 << 20, silence=0.5, total=2.0)


def published(*records: dict[str, Any]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for each in records:
            archive.writestr(zipfile.ZipInfo(f"{each['id']}.json"), json.dumps(each))
    return content.getvalue()


def whole(content: bytes, etag: str = "") -> Answer:
    """Answer as a good server does, with 304 where the client has this version."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if etag and request.headers["If-None-Match"] == etag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        if etag:
            request.send_header("ETag", etag)
        request.end_headers()
        request.wfile.write(content)

    return answer


class Site:
    """A server whose answers a test sets by path."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.over = Event()
        site = self

        class Exchange(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.answers.get(self.path, status(404))(self)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Exchange)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def running(self) -> Iterator["Site"]:
        thread = Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.over.set()
            self.server.shutdown()
            self.server.server_close()
            thread.join()


def status(code: int, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mirror.sqlite"


@pytest.fixture
def site(record: Make, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serve one version of everything; a proxy that there is not must not be asked."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with Site().running() as running:
        running.answers = {
            OSV: whole(published(record("PYSEC-1")), '"v1"'),
            KEV_NAME: whole(KEV, '"k1"'),
            EPSS_NAME: whole(EPSS, '"e1"'),
        }
        yield running


def synced(site: Site, out: Path, *ecosystems: str) -> Synced:
    return sync(wanted(ecosystems, site.url, out), out, lambda _: None, QUICK)


def sources(out: Path) -> list[str]:
    with open_mirror(out) as mirror:
        return [source.name for source in mirror.data.sources]


def test_all_three_are_loaded_into_a_new_mirror(site: Site, out: Path) -> None:
    done = synced(site, out)

    assert ((), ["epss", "kev", "osv:PyPI"]) == (done.failed, sources(out))
    check(out)


def test_what_has_not_changed_is_not_loaded_again(site: Site, out: Path, record: Make) -> None:
    """The server says so (304); what changed is replaced, and the rest stays."""
    synced(site, out)
    before = out.read_bytes()

    assert ("osv:PyPI", "kev", "epss") == synced(site, out).unchanged
    assert before == out.read_bytes()

    site.answers[OSV] = whole(published(record("PYSEC-2")), '"v2"')
    assert ("kev", "epss") == synced(site, out).unchanged
    with open_mirror(out) as mirror:
        assert ["PYSEC-2"] == [r["id"] for r in mirror.affecting("PyPI", "flask", "0.1")]
        assert ["epss", "kev", "osv:PyPI"] == [source.name for source in mirror.data.sources]


def test_without_names_the_mirrors_own_ecosystems_are_loaded(
    site: Site, out: Path, record: Make
) -> None:
    """Who once asked for npm gets npm every time."""
    affected = [{"package": {"ecosystem": "npm", "name": "flask"}}]
    site.answers["/npm/all.zip"] = whole(published(record("NPM-1", affected=affected)))
    synced(site, out, "npm")
    site.asked.clear()

    synced(site, out)

    assert ["/npm/all.zip", KEV_NAME, EPSS_NAME] == site.asked


def test_a_release_is_part_of_its_ecosystem(site: Site, out: Path, record: Make) -> None:
    """Debian's file holds `Debian:11` and `Debian:12`."""
    affected = [
        {"package": {"ecosystem": f"Debian:{n}", "name": "flask"}, "versions": ["1-1"]}
        for n in (11, 12)
    ]
    site.answers["/Debian/all.zip"] = whole(published(record("DSA-1", affected=affected)))

    done = synced(site, out, "Debian")

    assert done.imported
    assert ["Debian:11", "Debian:12"] == [h.ecosystem for h in done.imported.data.ecosystems]


def cut(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(len(KEV)))
    request.end_headers()
    request.wfile.write(KEV[:100])


def cut_chunk(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.wfile.write(b"ffff\r\n" + KEV[:100])


def page(request: BaseHTTPRequestHandler) -> None:
    body = b"<!doctype html><form>log in</form>"
    request.send_response(200)
    request.send_header("Content-Type", "text/html; charset=utf-8")
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def lies(length: int) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(length))
        request.end_headers()
        request.wfile.write(KEV)

    return answer


longer, shorter = lies(len(KEV) + 1), lies(len(KEV) - 9)


def silent(site: Site) -> Answer:
    return lambda _: bool(site.over.wait(30)) and None


def stalls(site: Site) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(KEV)))
        request.end_headers()
        request.wfile.write(KEV[:100])
        request.wfile.flush()
        site.over.wait(30)

    return answer


def drips(site: Site) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(KEV)))
        request.end_headers()
        for byte in KEV:
            if site.over.wait(0.2):
                return
            request.wfile.write(bytes([byte]))
            request.wfile.flush()

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        try:
            request.wfile.write(b" " * 65536)
        except OSError:
            return


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: status(404), "the server answers 404"),
        (lambda _: status(500), "the server answers 500"),
        (lambda _: status(304), "the server answers 304"),
        (lambda _: status(204), "the server answers 204"),
        (lambda _: whole(b""), "the server sent nothing"),
        (lambda _: whole(b"<html>log in first</html>"), "can't be read"),
        (lambda _: whole(EPSS), r"this is not what was asked for \(kev\)"),
        (lambda _: whole(KEV[:-20]), "can't be read"),
        (lambda _: cut, "it was cut off: 100 of"),
        (lambda _: cut_chunk, "can't be loaded"),
        (silent, "the server is too slow: no"),
        (stalls, "the server is too slow: no byte in 0.5 seconds"),
        (drips, "the server is too slow: not done in 2 seconds"),
        (lambda _: endless, "it is larger than 1 MiB"),
        (lambda _: whole(b"x" * (1 << 21)), "it is larger than 1 MiB"),
        (lambda _: status(302, Location="http://example.org/kev"), "is not loaded from"),
        (lambda _: status(302, Location="file:///etc/passwd"), "302 .it leads to what is not"),
        (lambda _: status(307, Location="https://10.0.0.1/kev"), "inside a network that was not"),
        (lambda _: status(301, Location="https://169.254.169.254/x"), "inside a network that was"),
        (
            lambda _: status(301, Location="https://[::ffff:10.0.0.1]/x"),
            "inside a network that was",
        ),
        (lambda _: status(302, Location="data:,x"), "302 .it leads to what is not"),
        (lambda _: status(429, **{"Retry-After": "120"}), "429 .the server asks to wait 120 sec"),
        (lambda _: status(429, **{"Retry-After": "9" * 5000}), "answers 429 .try again later"),
        (lambda _: status(503), "answers 503 .try again later, or name another place"),
        (lambda _: status(401), "answers 401 .name a place that asks for no login"),
        (lambda _: page, "sent a web page, not data .is there a proxy that wants a login"),
        (lambda _: longer, "it was cut off: [0-9]+ of"),
        (lambda _: shorter, "can't be read"),
        (lambda _: whole(gzip.compress(b" " * (40 << 20))), "larger than 32 MiB"),
        (lambda _: status(302, Location=KEV_NAME), "answers 302|infinite loop"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_answer_keeps_the_old_source_and_lets_the_others_in(
    site: Site, out: Path, record: Make, answer: Callable[[Site], Answer], reason: str
) -> None:
    """Half a download is never used, and a stalled server doesn't stall us for long."""
    synced(site, out)
    site.answers[OSV] = whole(published(record("PYSEC-2")), '"v2"')
    site.answers[KEV_NAME] = answer(site)
    if "304" in reason:
        out.unlink()  # then we have asked for no other version
    started = time.monotonic()

    done = synced(site, out)

    assert time.monotonic() - started < 10
    ((name, error),) = done.failed
    assert "kev" == name
    with pytest.raises(AdvisoryError, match=reason):
        raise error
    with open_mirror(out) as mirror:
        assert ["PYSEC-2"] == [r["id"] for r in mirror.affecting("PyPI", "flask", "0.1")]
        kept = mirror.data.dated("kev")
    assert kept == ("" if "304" in reason else "2024-07-01T15:00:00Z")
    check(out)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (lambda zipped: zipped[:-30], "the zip can't be read"),
        (lambda zipped: zipped.replace(b"flask", b"flusk"), "the zip can't be read"),
        (lambda _: KEV, "not what was asked for"),
        (lambda _: b"PK\x05\x06" + b"\0" * 18, "not one advisory"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_archive_keeps_the_old_one(
    site: Site, out: Path, record: Make, content: Callable[[bytes], bytes], reason: str
) -> None:
    synced(site, out)
    site.answers[OSV] = whole(content(published(record("PYSEC-2"))))

    done = synced(site, out)

    with pytest.raises(AdvisoryError, match=reason):
        raise done.failed[0][1]
    with open_mirror(out) as mirror:
        assert ["PYSEC-1"] == [r["id"] for r in mirror.affecting("PyPI", "flask", "0.1")]


def test_another_ecosystems_file_is_not_taken_for_this_one(
    site: Site, out: Path, record: Make
) -> None:
    """A wrong copy on a company's server must not count as fresh data."""
    affected = [{"package": {"ecosystem": "npm", "name": "flask"}}]
    site.answers[OSV] = whole(published(record("NPM-1", affected=affected)))

    done = synced(site, out)

    with pytest.raises(AdvisoryError, match="no record about PyPI in it, which was asked for"):
        raise done.failed[0][1]


def test_a_server_that_is_not_there_leaves_all_as_it_was(site: Site, out: Path) -> None:
    synced(site, out)
    before = out.read_bytes()

    done = sync(wanted((), "http://127.0.0.1:9", out), out, lambda _: None, QUICK)

    assert (3, None, before) == (len(done.failed), done.imported, out.read_bytes())


def test_a_folder_is_as_good_as_a_server(tmp_path: Path, out: Path, record: Make) -> None:
    """An air-gapped site has the same files in the same places."""
    (tmp_path / "site" / "PyPI").mkdir(parents=True)
    (tmp_path / "site" / OSV[1:]).write_bytes(published(record()))
    (tmp_path / "site" / EPSS_NAME[1:]).write_bytes(EPSS)

    done = sync(wanted((), str(tmp_path / "site"), out), out, lambda _: None)

    assert (["kev"], ["epss", "osv:PyPI"]) == ([name for name, _ in done.failed], sources(out))


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/x",
        "ftp://127.0.0.1/x",
        "https://user:word@example.org/x",
        "https:///x",
        "http://127.0.0.1.example.org/x",
        "http://[::2]/x",
    ],
)
def test_an_address_that_is_not_safe_is_refused(address: str, out: Path) -> None:
    """And what stands in it before the `@` is not repeated."""
    with pytest.raises(AdvisoryError) as caught:
        wanted((), address, out)

    assert "word" not in f"{caught.value}".replace("password", "")


@pytest.mark.parametrize("address", ["https://example.org", "http://[::1]:8/", "http://localhost"])
def test_https_and_this_machine_are_loaded_from(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize("name", ["", " ", "Debian:12", "../x", "a/b", "a\\b", "a\nb", "a+b"])
def test_a_name_that_would_change_the_address_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no release and no slash"):
        check_ecosystem(name)


def test_the_publishers_addresses_are_https(out: Path) -> None:
    """What is loaded without `--from`; a space in a name is escaped."""
    assert [
        "https://storage.googleapis.com/osv-vulnerabilities/GitHub%20Actions/all.zip",
        "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json",
        "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz",
    ] == [source.address for source in wanted(("GitHub Actions",), "", out)]
    assert "https://storage.googleapis.com/osv-vulnerabilities/all.zip" == (
        wanted(("all", "npm"), "", out)[0].address
    )


def scores(number: int, day: str = "2026-11-20") -> bytes:
    rows = (f"CVE-2099-{n:04},0.1,0.5" for n in range(1, number + 1))
    head = f"#model_version:v2099.01.01,score_date:{day}T12:00:00+0000"
    return "\n".join((head, "cve,epss,percentile", *rows, "")).encode()


@pytest.mark.parametrize(("number", "taken"), [(89, False), (90, True), (101, True)])
def test_scores_that_were_cut_at_a_line_are_refused(
    site: Site, out: Path, number: int, *, taken: bool
) -> None:
    """Such a file looks whole; that a tenth is gone since yesterday shows that it is not."""
    site.answers[EPSS_NAME] = whole(gzip.compress(scores(100)))
    synced(site, out)
    site.answers[EPSS_NAME] = whole(gzip.compress(scores(number, "2026-11-21")))

    done = synced(site, out)

    with open_mirror(out) as mirror:
        day = mirror.data.dated("epss")[:10]
    assert ("2026-11-21" if taken else "2026-11-20") == day
    assert ([] if taken else ["epss"]) == [name for name, _ in done.failed]
    if not taken:
        with pytest.raises(AdvisoryError, match="are 89, and those of 2026-11-20 were 100"):
            raise done.failed[0][1]


def test_fewer_scores_are_taken_by_force(site: Site, out: Path) -> None:
    site.answers[EPSS_NAME] = whole(gzip.compress(scores(100)))
    synced(site, out)
    site.answers[EPSS_NAME] = whole(gzip.compress(scores(10)))

    done = sync(wanted((), site.url, out), out, lambda _: None, QUICK, fewer=True)

    assert () == done.failed
    with open_mirror(out) as mirror:
        assert [10] == [s.records for s in mirror.data.sources if s.kind == "epss"]
