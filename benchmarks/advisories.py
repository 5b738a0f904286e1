"""Importing OSV data, asking the mirror, and whether pip-audit agrees with it."""

import argparse
import contextlib
import http.client
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from drawgate.adapters.pip_audit import ADAPTER
from drawgate.advisories.endpoint import serve
from drawgate.advisories.mirror import Mirror, open_mirror
from drawgate.advisories.store import import_data
from drawgate.core.adapter import Job, Output
from drawgate.core.dependency import Inventory
from drawgate.manifests import layers, read_inventory

IMPORT, QUERY, OPEN, THOUSAND = 3.0, 0.1, 1.0, 0.1
"""Seconds for 2,661 records; milliseconds for a query (median over the packages), for opening;
seconds for 1,000 packages."""
RECORDS = 2661
PROGRAM = Path(sys.executable).parent / "pip-audit"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="an all.zip, or a folder of OSV records")
    parser.add_argument("-r", "--requirements", type=Path, help="audit this file twice")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "mirror.sqlite"
        start = time.perf_counter()
        data = import_data(chosen.source, path).data
        took = time.perf_counter() - start
        opening = openings(path)
        with open_mirror(path) as mirror:
            query = queries(mirror, path)
            thousand = lookups(mirror, path)
            agreed = not chosen.requirements or audit(mirror, chosen.requirements, Path(place))
    allowed = IMPORT * max(1.0, data.records / RECORDS)
    print(f"import of {data.records} records: {took:.2f} s (<= {allowed:.1f})")
    print(f"query: {query:.3f} ms (<= {QUERY})")
    print(f"opening: {opening:.3f} ms, whatever the number of records (<= {OPEN})")
    print(f"1,000 packages looked up: {thousand:.3f} s (<= {THOUSAND})")
    slow = took > allowed or query > QUERY or opening > OPEN or thousand > THOUSAND
    return int(slow or not agreed)


def openings(path: Path) -> float:
    """Give the median milliseconds of CPU that opening takes; each scan pays it."""
    times = []
    for _ in range(50):
        start = time.process_time()
        open_mirror(path).close()
        times.append(time.process_time() - start)
    return median(times) * 1000


def queries(mirror: Mirror, path: Path) -> float:
    """Ask for every PyPI package at version 1.0; give the median milliseconds of one query."""
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT DISTINCT name FROM affected WHERE ecosystem = 'PyPI'")
        names = [row[0] for row in rows]
    database.close()
    times = []
    for name in names:
        start = time.perf_counter()
        mirror.affecting("PyPI", name, "1.0")
        times.append(time.perf_counter() - start)
    with serve(mirror) as url:
        over_http(url, names[:200])
    return median(times) * 1000


def lookups(mirror: Mirror, path: Path) -> float:
    """Give the seconds that 1,000 packages take, half of them with advisories."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT DISTINCT name FROM affected WHERE ecosystem = 'PyPI'")
        known = [row[0] for row in rows][:500]
    names = [*known, *(f"package-{number}" for number in range(1000 - len(known)))]
    start = time.perf_counter()
    for name in names:
        mirror.affecting("PyPI", name, "1.0")
    return time.perf_counter() - start


def over_http(url: str, names: list[str]) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    start = time.perf_counter()
    for name in names:
        query = {"package": {"name": name, "ecosystem": "PyPI"}, "version": "1.0"}
        connection.request("POST", "/v1/query", json.dumps(query))
        connection.getresponse().read()
    took = (time.perf_counter() - start) / len(names)
    connection.close()
    print(f"query over HTTP, one connection: {took * 1000:.2f} ms")


def audit(mirror: Mirror, requirements: Path, place: Path) -> bool:
    """Run pip-audit twice on every layer; both runs and the mirror must agree."""
    inventory = read_inventory({"requirements.txt": requirements.read_bytes()})
    expected = {
        (pin.name, record["id"])
        for pin in inventory.pins
        for record in mirror.affecting(pin.ecosystem, pin.name, pin.version)
    }
    runs = [found(mirror, inventory, place) for _ in range(2)]
    agreed = all(run == expected for run in runs)
    print(f"{len(inventory.pins)} pins, {len(expected)} known: pip-audit agrees: {agreed}")
    return agreed


def found(mirror: Mirror, inventory: Inventory, place: Path) -> set[tuple[str, str]]:
    """Give what one run of pip-audit reports, each name resolved to the records behind it."""
    reported = set()
    start = time.perf_counter()
    for layer in layers(inventory):
        with serve(mirror) as url:
            job = Job(root=place, inputs=(), inventory=layer, scratch=place, endpoint=url)
            command = ADAPTER.command(job)
            for name, content in command.files.items():
                (place / name).write_bytes(content)
            done = subprocess.run(
                [PROGRAM, *command.args], cwd=place, capture_output=True, check=False
            )
        output = Output(job=job, code=done.returncode, stdout=done.stdout, stderr=done.stderr)
        for finding in ADAPTER.parse(output).findings:
            known = finding.dependency
            assert known
            names = {known.advisory, *known.aliases}
            records = mirror.affecting(known.ecosystem, known.name, known.version)
            reported |= {
                (known.name, record["id"])
                for record in records
                if names & {record["id"], *record.get("aliases", ())}
            }
    print(f"pip-audit: {time.perf_counter() - start:.2f} s, {len(reported)} found")
    return reported


if __name__ == "__main__":
    sys.exit(main())
