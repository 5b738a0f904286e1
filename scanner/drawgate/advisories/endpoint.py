"""A loopback OSV endpoint: what scanners ask the world, answered from the mirror.

It speaks what OSV's API does (https://google.github.io/osv.dev/api/): /v1/query, /v1/querybatch
and /v1/vulns/ID. Nothing is given in pages, and a package has a name, not a package URL.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from packaging.version import InvalidVersion, Version

from drawgate.advisories.mirror import Mirror
from drawgate.advisories.record import Record
from drawgate.advisories.versions import name_key
from drawgate.core.errors import AdvisoryError

BODY_LIMIT: Final = 1 << 20
"""Bytes of a question; a query has about a hundred."""
BATCH_LIMIT: Final = 1000
"""Queries in one question, as with OSV."""
_PHRASE: Final = 200
"""Characters of a reason in the status line."""
_VULNS: Final = "/v1/vulns/"


@contextmanager
def serve(mirror: Mirror) -> Iterator[str]:
    """Answer on a free port of 127.0.0.1 for as long as the block lasts; gives the base URL."""
    server = _Server(("127.0.0.1", 0), _Exchange, mirror)
    thread = Thread(target=server.serve_forever, args=(0.05,), name="osv-endpoint", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(mirror: Mirror, body: bytes) -> dict[str, list[Record]]:
    """Answer one query as OSV does: `{}` when nothing is known against the version.

    ValueError for a query we don't understand, AdvisoryError when the mirror can't tell.
    """
    query = json.loads(body)
    match query:
        case {"package": {"name": str(name), "ecosystem": str(ecosystem)}, "version": str(version)}:
            if len(query) == len(("package", "version")):
                found = mirror.affecting(ecosystem, name, version)
                return {"vulns": [_readable(record) for record in found]} if found else {}
    raise ValueError("a query has a package with name and ecosystem, and a version")


def answer_batch(mirror: Mirror, body: bytes) -> dict[str, list[dict[str, Any]]]:
    """Answer many queries as OSV does: ids and dates, in the order of the queries.

    One that can't be answered refuses all of them: a gap would look like "nothing is known".
    """
    match json.loads(body):
        case {"queries": [*queries]} if len(queries) <= BATCH_LIMIT:
            return {"results": [_brief(answer(mirror, json.dumps(q).encode())) for q in queries]}
    raise ValueError(f"a batch has a list of queries, at most {BATCH_LIMIT}")


def _brief(found: dict[str, list[Record]]) -> dict[str, Any]:
    listed = [{"id": r["id"], "modified": r["modified"]} for r in found.get("vulns", ())]
    return {"vulns": listed} if listed else {}


_ANSWERS: Final[Mapping[str, Callable[[Mirror, bytes], dict[str, Any]]]] = MappingProxyType(
    {"/v1/query": answer, "/v1/querybatch": answer_batch}
)


def _readable(record: Record) -> Record:
    """Write a record so that pip-audit neither stumbles over it nor misses its fixes.

    It parses every `fixed` with PEP 440 and crashes on others, and it compares package names
    letter by letter with the normalised one (pip_audit/_service/osv.py, 2.10).
    """
    affected = [_readable_affected(one) for one in record["affected"] if one.get("package")]
    kept = {key: value for key, value in record.items() if key != "published"}
    return {**kept, "affected": affected}


def _readable_affected(affected: dict[str, Any]) -> dict[str, Any]:
    package = affected["package"]
    ecosystem = package["ecosystem"]
    name = name_key(ecosystem, package["name"])
    ranges = [
        {**one, "events": [event for event in one["events"] if _stands(ecosystem, event)]}
        for one in affected.get("ranges") or ()
    ]
    return {**affected, "package": {**package, "name": name}, "ranges": ranges}


def _stands(ecosystem: str, event: dict[str, str]) -> bool:
    if ecosystem != "PyPI" or "fixed" not in event:
        return True
    try:
        Version(event["fixed"])
    except InvalidVersion:
        return False
    return True


class _Server(ThreadingHTTPServer):
    """One thread a connection; none of them keeps the process alive."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        address: tuple[str, int],
        exchange: type[BaseHTTPRequestHandler],
        mirror: Mirror,
    ) -> None:
        super().__init__(address, exchange)
        self.mirror = mirror


class _Exchange(BaseHTTPRequestHandler):
    """One connection. Whatever is not a clean answer has an error code, so the scan fails."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 60
    server_version = "drawgate"
    sys_version = ""

    def do_POST(self) -> None:
        try:
            body = self._body()
            reply = _ANSWERS[self.path](self.server.mirror, body)
        except _RefusedError as refusal:
            self._refuse(refusal.status, refusal.status.phrase)
        except (ValueError, RecursionError) as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        except AdvisoryError as error:
            self._refuse(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        else:
            self._send(HTTPStatus.OK, reply)

    def do_GET(self) -> None:
        if not self.path.startswith(_VULNS):
            self._not_post()
            return
        if self.headers.get("Content-Length", "0") != "0":
            self.close_connection = True  # a body stays unread
        try:
            found = self.server.mirror.record(unquote(self.path.removeprefix(_VULNS)))
        except AdvisoryError as error:
            self._refuse(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
            return
        if found:
            self._send(HTTPStatus.OK, found)
        else:
            self._refuse(HTTPStatus.NOT_FOUND, "the mirror has no such record")

    def _not_post(self) -> None:
        self._refuse(HTTPStatus.METHOD_NOT_ALLOWED, "only questions as OSV takes them are answered")

    do_HEAD = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _not_post  # noqa: N815 - stdlib

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - stdlib's name
        """Stay silent: stderr belongs to the command line."""

    def _body(self) -> bytes:
        if self.path not in _ANSWERS:
            raise _RefusedError(HTTPStatus.NOT_FOUND)
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise _RefusedError(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > BODY_LIMIT:
            raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.rfile.read(int(length))

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        # The body may be unread, so the connection can't carry another query.
        self.close_connection = True
        # pip-audit shows the status line and not the body (requests' HTTPError).
        phrase = "".join(c if " " <= c <= "~" else "?" for c in reason[:_PHRASE])
        self._send(status, {"code": int(status), "message": reason}, phrase)

    def _send(self, status: HTTPStatus, reply: dict[str, Any], phrase: str | None = None) -> None:
        content = json.dumps(reply).encode()
        self.send_response(status, phrase)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class _RefusedError(Exception):
    """A request that is turned away before its body is looked at."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status
