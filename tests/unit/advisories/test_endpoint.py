"""The loopback endpoint: OSV's contract as pip-audit uses it, and failures that are seen."""

import http.client
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from drawgate.advisories.endpoint import BODY_LIMIT, serve
from drawgate.advisories.mirror import open_any

Make = Callable[..., Any]
QUERY = {"package": {"name": "flask", "ecosystem": "PyPI"}, "version": "0.9"}


@pytest.fixture
def ask(foldered: Make, record: Make) -> Iterator[Make]:
    """Send one request on a connection that stays open; give the status and the JSON."""
    odd = [{"introduced": "0"}, {"fixed": "0.2.0-n653"}]
    records = [
        record(published="yesterday"),
        record(
            "PYSEC-2",
            affected=[
                {
                    "package": {"ecosystem": "PyPI", "name": "Odd_Name"},
                    "ranges": [{"type": "ECOSYSTEM", "events": odd}],
                }
            ],
        ),
    ]
    with open_any(foldered(*records)) as mirror, serve(mirror) as url:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)

        def send(
            body: object, method: str = "POST", path: str = "/v1/query", **headers: str
        ) -> tuple[int, Any]:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            told = response.read()
            return response.status, json.loads(told) if told else None

        yield send
        connection.close()


def test_a_vulnerable_version_gets_its_records(ask: Make, record: Make) -> None:
    """The answer has OSV's shape; what pip-audit can't parse is left out."""
    assert (200, {"vulns": [{**record(), "affected": record()["affected"]}]}) == ask(QUERY)


def test_a_version_without_records_gets_an_empty_object(ask: Make) -> None:
    """OSV says `{}` when it knows nothing against a version."""
    assert (200, {}) == ask({**QUERY, "version": "1.0"})


def test_names_and_fixes_are_as_pip_audit_compares_them(ask: Make) -> None:
    """A name in another spelling is normalised, an unreadable fix left out."""
    query = {"package": {"name": "odd-name", "ecosystem": "PyPI"}, "version": "1.0"}

    status, told = ask(query)

    assert (status, told["vulns"][0]["affected"]) == (
        200,
        [
            {
                "package": {"ecosystem": "PyPI", "name": "odd-name"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
            }
        ],
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        ({}, 400),
        ({**QUERY, "page_token": "x"}, 400),
        ({**QUERY, "version": 1}, 400),
        ({"package": {"purl": "pkg:pypi/flask"}, "version": "1"}, 400),
        ({"commit": "abc"}, 400),
        ({**QUERY, "version": "not a version"}, 422),
        ({"package": {"name": "lodash", "ecosystem": "npm"}, "version": "1.0.0"}, 422),
    ],
)
def test_what_can_not_be_answered_is_an_error(ask: Make, body: object, status: int) -> None:
    """A scanner fails on an error code; an empty list would tell it that all is well."""
    told = ask(body)

    assert (status, status) == (told[0], told[1]["code"])


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("latest", "'latest' is no version of PyPI"),
        ("é\r\nX-Header: 1", "'?\\r\\nX-Header: 1' is no version of PyPI"),
    ],
)
def test_the_status_line_says_why(foldered: Make, record: Make, version: str, line: str) -> None:
    """It is all that pip-audit shows of an error; and it stays one line."""
    with open_any(foldered(record())) as mirror, serve(mirror) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("POST", "/v1/query", json.dumps({**QUERY, "version": version}))
        response = connection.getresponse()
        connection.close()

    assert (response.status, response.reason) == (422, line)
    assert response.headers["X-Header"] is None


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
def test_only_post_is_answered(ask: Make, method: str) -> None:
    """Every other method is refused."""
    assert ask(b"", method)[0] == 405


def test_a_batch_is_answered_in_its_order(ask: Make) -> None:
    """Ids and dates only, and an empty object where nothing is known: as OSV does."""
    known = {"package": {"ecosystem": "PyPI", "name": "flask"}, "version": "0.1"}
    clean = {**known, "version": "1.0"}

    told = ask({"queries": [clean, known, clean]}, path="/v1/querybatch")

    found = {"vulns": [{"id": "PYSEC-1", "modified": "2024-05-01T00:00:00Z"}]}
    assert (200, {"results": [{}, found, {}]}) == told
    assert (200, {"results": []}) == ask({"queries": []}, path="/v1/querybatch")


@pytest.mark.parametrize(
    ("queries", "status"),
    [
        ([{"package": {"ecosystem": "npm", "name": "x"}, "version": "1.0.0"}], 422),
        ([{"package": {"ecosystem": "PyPI", "name": "flask"}, "version": "latest"}], 422),
        ([{"package": {"purl": "pkg:pypi/flask@0.1"}}], 400),
        ([{"commit": "6879efc2c1596d11a6a6ad296f80063b558d5e0f"}], 400),
        ([None], 400),
        ("all", 400),
        (None, 400),
        ([QUERY] * 1001, 400),
    ],
)
def test_one_query_that_can_not_be_answered_refuses_the_batch(
    ask: Make, queries: object, status: int
) -> None:
    """A gap in the results would look like "nothing is known"."""
    asked = [QUERY, *queries] if isinstance(queries, list) else queries

    assert (status, status) == (
        (told := ask({"queries": asked}, path="/v1/querybatch"))[0],
        told[1]["code"],
    )


def test_a_record_is_given_by_its_id(ask: Make, record: Make) -> None:
    """As it was published, unlike the answer to a query."""
    assert (200, record(published="yesterday")) == ask(b"", "GET", "/v1/vulns/PYSEC-1")
    assert 404 == ask(b"", "GET", "/v1/vulns/PYSEC-9")[0]
    assert 404 == ask(b"", "GET", "/v1/vulns/")[0]
    assert 200 == ask(QUERY)[0]


def test_other_paths_are_not_found(ask: Make) -> None:
    """Only what scanners ask is served."""
    assert ask(QUERY, path="/v1/determineversion")[0] == 404


def test_a_huge_body_is_refused_unread(ask: Make) -> None:
    """A length above the limit is refused by its header."""
    assert ask(b"", **{"Content-Length": str(BODY_LIMIT + 1)})[0] == 413


def test_a_body_without_a_length_is_refused(ask: Make) -> None:
    """Chunked bodies have no length to check."""
    assert ask(b"", **{"Transfer-Encoding": "chunked", "Content-Length": ""})[0] == 411


def test_a_connection_survives_errors_and_serves_many_queries(ask: Make) -> None:
    """The client may go on after a refusal, and ask again and again on one connection."""
    assert [200, 405, 200, 400, 200, 200] == [
        ask(QUERY)[0],
        ask(b"", "GET")[0],
        ask(QUERY)[0],
        ask(b"x")[0],
        ask(QUERY)[0],
        ask(QUERY)[0],
    ]


def test_the_endpoint_ends_with_its_block(foldered: Make, record: Make) -> None:
    """Nothing listens any more after the scan."""
    with open_any(foldered(record())) as mirror, serve(mirror) as url:
        port = urlsplit(url).port

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with pytest.raises(ConnectionRefusedError):
        connection.request("POST", "/v1/query", b"{}")
