"""Loads one file over HTTP: whole, within limits of time and size, or not at all.

The standard library does it: it trusts what the system trusts, and obeys the proxies of the
environment (docs/adr/0011).
"""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from ipaddress import ip_address
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from drawgate import __version__
from drawgate.core.errors import AdvisoryError

_CHUNK: Final = 1 << 18
_LATER: Final = "try again later, or name another place with `--from`"
_ELSEWHERE: Final = "it leads to what is not loaded from; `--from` names another place"
_HINTS: Final[dict[int, str]] = {
    HTTPStatus.UNAUTHORIZED: "name a place that asks for no login with `--from`",
    HTTPStatus.FORBIDDEN: "is there a proxy that forbids it? `--from` names another place",
    HTTPStatus.NOT_FOUND: "if it has moved, `--from` names another place",
    HTTPStatus.GONE: "if it has moved, `--from` names another place",
    HTTPStatus.FOUND: _ELSEWHERE,
    HTTPStatus.MOVED_PERMANENTLY: _ELSEWHERE,
    HTTPStatus.SEE_OTHER: _ELSEWHERE,
    HTTPStatus.TEMPORARY_REDIRECT: _ELSEWHERE,
    HTTPStatus.PERMANENT_REDIRECT: _ELSEWHERE,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: "see `https_proxy` in the environment",
    HTTPStatus.TOO_MANY_REQUESTS: _LATER,
}
_SECONDS: Final = re.compile(r"[0-9]{1,6}")
_HTTPS: Final = "only https is loaded from, and http from this machine itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a download is given up."""

    size: int = 1 << 62
    """Bytes."""
    silence: float = 30.0
    """Seconds without a byte."""
    total: float = 1800.0
    """Seconds for all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a server calls the version of a file that it sent."""

    etag: str = ""
    changed: str = ""


def check_address(address: str) -> None:
    """Refuse an address that must not be loaded from; AdvisoryError says why."""
    parts = urlsplit(address)
    if parts.username or parts.password:
        told = "an address must not hold a name or a password"
        raise AdvisoryError(told, where=parts.hostname or "")
    if not parts.hostname or not (
        parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))
    ):
        raise AdvisoryError("this address is not loaded from", where=address, hint=_HTTPS)


def load(address: str, out: Path, limits: Limits, known: Version | None = None) -> Version | None:
    """Load a file into `out`; None when the server says that `known` is still the newest.

    AdvisoryError for everything but a whole answer.
    """
    check_address(address)
    deadline = time.monotonic() + limits.total
    request = Request(address, headers=_headers(known))  # noqa: S310 - checked above
    try:
        with _opener(address).open(request, timeout=limits.silence) as answer:
            _copy(answer, out, limits, deadline)
            headers = answer.headers
            return Version(etag=headers.get("ETag", ""), changed=headers.get("Last-Modified", ""))
    except HTTPError as error:
        with error:
            if error.code == HTTPStatus.NOT_MODIFIED and known:
                return None
            raise _answered(error.code, address, error.headers) from error
    except TimeoutError as error:
        raise _too_slow(address, f"no byte in {limits.silence:g} seconds") from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        if isinstance(getattr(error, "reason", None), TimeoutError):
            raise _too_slow(address, f"no answer in {limits.silence:g} seconds") from error
        why = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise AdvisoryError(f"it can't be loaded: {why}", where=address) from error


def _headers(known: Version | None) -> Mapping[str, str]:
    asked = {"User-Agent": f"drawgate/{__version__}", "Accept-Encoding": "identity"}
    if known and known.etag:
        asked["If-None-Match"] = known.etag
    if known and known.changed:
        asked["If-Modified-Since"] = known.changed
    return asked


def _copy(answer: HTTPResponse, out: Path, limits: Limits, deadline: float) -> None:
    """Write what comes; without this count, a connection that is cut off looks like an end."""
    where = answer.url
    if answer.status != HTTPStatus.OK:
        raise _answered(answer.status, where)
    told = answer.headers.get("Content-Length")
    if told is not None and told.isdecimal() and int(told) > limits.size:
        raise _too_large(where, limits)
    got = 0
    with out.open("wb") as stream:
        while chunk := answer.read1(_CHUNK):
            got += len(chunk)
            if got > limits.size:
                raise _too_large(where, limits)
            if time.monotonic() > deadline:
                raise _too_slow(where, f"not done in {limits.total:g} seconds")
            stream.write(chunk)
    if told is not None and str(got) != told:
        raise AdvisoryError(f"it was cut off: {got} of {told} bytes came", where=where)
    if not got:
        raise AdvisoryError("the server sent nothing", where=where, hint=_LATER)
    _check_page(answer, out)


def _check_page(answer: HTTPResponse, out: Path) -> None:
    """Refuse a web page: a proxy or a login answers 200, too."""
    with out.open("rb") as stream:
        begins = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begins.startswith(b"<") and answer.headers.get_content_type() == "text/html":
        hint = "is there a proxy that wants a login? `--from` names another place"
        raise AdvisoryError("the server sent a web page, not data", where=answer.url, hint=hint)


def _answered(code: int, where: str, headers: Message | None = None) -> AdvisoryError:
    """Say what the server answered, and what helps."""
    hint = _HINTS.get(code) or (_LATER if code >= HTTPStatus.INTERNAL_SERVER_ERROR else "")
    wait = (headers.get("Retry-After", "") if headers else "").strip()
    if hint == _LATER and _SECONDS.fullmatch(wait):
        hint = f"the server asks to wait {int(wait):,} seconds"
    return AdvisoryError(f"the server answers {code}", where=where, hint=hint)


def _opener(address: str) -> OpenerDirector:
    local = _is_loopback(urlsplit(address).hostname or "")
    inside = _is_inside(urlsplit(address).hostname or "") and not local
    handlers: list[BaseHandler] = [_Redirects(local=local, inside=inside)]
    if local:
        handlers.append(ProxyHandler({}))  # no proxy has this machine's files
    return build_opener(*handlers)


class _Redirects(HTTPRedirectHandler):
    """Follows a redirection only to where could be loaded from in the first place."""

    def __init__(self, *, local: bool, inside: bool) -> None:
        self._local = local
        self._inside = inside

    def redirect_request(  # noqa: PLR0913, PLR0917 - the standard library's
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> Request | None:
        try:
            self._check(newurl)
        except AdvisoryError:
            fp.close()
            raise
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]  # any message

    def _check(self, address: str) -> None:
        check_address(address)
        if urlsplit(address).scheme != "https" and not self._local:
            raise AdvisoryError("the server leads away from https", where=address)
        host = urlsplit(address).hostname or ""
        if _is_inside(host) and not (self._inside or (self._local and _is_loopback(host))):
            told = "the server leads to an address inside a network that was not named"
            raise AdvisoryError(told, where=address)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_inside(host: str) -> bool:
    """Tell whether an address is one of a private network, or of this machine."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _too_large(where: str, limits: Limits) -> AdvisoryError:
    return AdvisoryError(f"it is larger than {limits.size >> 20} MiB", where=where)


def _too_slow(where: str, told: str) -> AdvisoryError:
    return AdvisoryError(f"the server is too slow: {told}", where=where)
