"""Every rule of the semgrep pack is what policies/semgrep/README.md says a rule is."""

import fnmatch
import json
import re
from itertools import chain
from typing import Any

from drawgate.resources import data, table

Rule = dict[str, Any]

METADATA = {
    "category",
    "cwe",
    "owasp",
    "confidence",
    "likelihood",
    "impact",
    "technology",
    "references",
}
OWASP = {
    "A01:2021 - Broken Access Control",
    "A02:2021 - Cryptographic Failures",
    "A03:2021 - Injection",
    "A04:2021 - Insecure Design",
    "A05:2021 - Security Misconfiguration",
    "A06:2021 - Vulnerable and Outdated Components",
    "A07:2021 - Identification and Authentication Failures",
    "A08:2021 - Software and Data Integrity Failures",
    "A09:2021 - Security Logging and Monitoring Failures",
    "A10:2021 - Server-Side Request Forgery (SSRF)",
    "A01:2025 - Broken Access Control",
    "A02:2025 - Security Misconfiguration",
    "A03:2025 - Software Supply Chain Failures",
    "A04:2025 - Cryptographic Failures",
    "A05:2025 - Injection",
    "A06:2025 - Insecure Design",
    "A07:2025 - Authentication Failures",
    "A08:2025 - Software or Data Integrity Failures",
    "A09:2025 - Security Logging and Alerting Failures",
    "A10:2025 - Mishandling of Exceptional Conditions",
}


def test_the_pack_has_what_it_promises(rules: dict[str, Rule]) -> None:
    """More than forty rules over all four languages, a dozen of which follow data."""
    assert {"python", "javascript", "dockerfile", "actions"} == {id_.split(".")[1] for id_ in rules}
    assert len(rules) > 40
    assert sum(rule.get("mode") == "taint" for rule in rules.values()) > 12


def test_ids_are_unique_and_say_where_they_stand(files: dict[str, list[Rule]]) -> None:
    ids = [(rule["id"], name) for name, group in files.items() for rule in group]
    language = {id_: name.split("/")[0] for id_, name in ids}

    assert len(language) == len(ids)
    assert [] == [
        id_
        for id_, folder in language.items()
        if not re.fullmatch(rf"drawgate\.{folder}\.[a-z0-9]+(-[a-z0-9]+)*", id_)
    ]


def test_every_rule_has_the_metadata(rules: dict[str, Rule]) -> None:
    assert {} == {id_: complaint for id_, rule in rules.items() if (complaint := wrong(rule))}


def wrong(rule: Rule) -> list[str]:
    """Say what is missing from a rule or not as agreed."""
    meta = rule.get("metadata", {})
    checks = {
        "metadata": set(meta) == METADATA,
        "category": meta.get("category") == "security",
        "severity": rule["severity"] in {"ERROR", "WARNING", "INFO"},
        "grades": {meta.get(key) for key in ("confidence", "likelihood", "impact")}
        <= {"HIGH", "MEDIUM", "LOW"},
        "cwe": bool(meta.get("cwe")),
        "owasp": set(meta.get("owasp", ())) <= OWASP and len(years(meta)) == len(meta["owasp"]),
        "technology": bool(meta.get("technology")),
        "references": all(str(link).startswith("https://") for link in meta["references"]),
        "message": re.fullmatch(r"[\w`].+[.'`)] Instead: .+\.", rule["message"].strip())
        is not None,
    }
    return [name for name, good in checks.items() if not good]


def years(meta: dict[str, Any]) -> set[str]:
    """Each edition of the OWASP Top Ten is named at most once, and at least one is."""
    return {re.sub(r"A\d\d:(\d{4}).*", r"\1", name) for name in meta["owasp"]} or {"none"}


def test_only_what_is_surely_true_fails_a_build(rules: dict[str, Rule]) -> None:
    """The default pack blocks high severities, which is what ERROR becomes."""
    assert [] == [
        id_
        for id_, rule in rules.items()
        if rule["severity"] == "ERROR" and rule["metadata"]["confidence"] != "HIGH"
    ]


def test_one_weakness_has_one_name(rules: dict[str, Rule]) -> None:
    names = set(chain.from_iterable(rule["metadata"]["cwe"] for rule in rules.values()))

    assert [] == [name for name in names if not re.fullmatch(r"CWE-[1-9]\d*: [A-Z].+", name)]
    assert len(names) == len({name.split(":")[0] for name in names})


def test_links_lead_to_who_makes_the_thing(rules: dict[str, Rule]) -> None:
    """No other collection of rules is pointed to: these are our own."""
    links = chain.from_iterable(rule["metadata"]["references"] for rule in rules.values())

    assert [] == [link for link in links if re.search(r"semgrep|codeql|snyk|sonar|owasp", link)]


def test_only_rules_about_credentials_are_called_so(rules: dict[str, Rule]) -> None:
    """Drawgate masks the lines of rules with such names, so others would lose their code frame."""
    words = ("hardcoded", "hard-coded", "secret", "credential", "password", "api-key", "token")
    about = {"CWE-259", "CWE-321", "CWE-798", "CWE-532", "CWE-200", "CWE-538"}

    assert [] == [
        id_
        for id_, rule in rules.items()
        if any(word in id_ for word in words)
        and not about & {name.split(":")[0] for name in rule["metadata"]["cwe"]}
    ]


def test_request_data_is_the_same_in_every_file_of_a_language(rules: dict[str, Rule]) -> None:
    """The list is written once in each file; a framework that one knows, all know."""
    for language, first, others in (
        ("python", "sql-injection", ("path-traversal", "unescaped-html")),
        ("javascript", "command-injection", ("path-traversal",)),
    ):
        sources = rules[f"drawgate.{language}.{first}"]["pattern-sources"]

        for other in others:
            assert sources == rules[f"drawgate.{language}.{other}"]["pattern-sources"]


def test_what_was_measured_bears_out_the_confidence(rules: dict[str, Rule]) -> None:
    """A rule of confidence HIGH was true in four of five results that a person read, or more."""
    page = (data("policies") / "semgrep" / "README.md").read_text(encoding="utf-8")
    row = r"^\| `(drawgate\.[\w.-]+)` \| (\w+) \| (\d+) \| (\d+) \| (\d+) \|$"
    rows = re.findall(row, page, flags=re.MULTILINE)
    high = [(int(true), int(read)) for _, grade, _, read, true in rows if grade == "HIGH"]

    assert sum(int(read) for _, _, _, read, _ in rows) >= 100
    assert [] == [id_ for id_, grade, *_ in rows if grade != rules[id_]["metadata"]["confidence"]]
    assert all(true >= 0.8 * read for true, read in high)


def test_messages_are_constants_that_survive_masking(rules: dict[str, Rule]) -> None:
    """The log keeps one description for each rule, and masks what is quoted beside a secret."""
    filled = {
        id_ for id_, rule in rules.items() if metavariables(rule) & variables(rule["message"])
    }
    about = table("credentials")
    patterns = [re.compile(fnmatch.translate(p)) for p in about["rules"]["semgrep"]]
    cwe = {f"CWE-{number}" for number in about["cwe"]}
    masked = {
        id_: rule["message"]
        for id_, rule in rules.items()
        if any(p.match(id_) for p in patterns)
        or cwe & {each.partition(":")[0] for each in rule["metadata"]["cwe"]}
    }

    assert set() == filled
    assert masked
    assert [] == [id_ for id_, text in masked.items() if "`" in text or '"' in text]


def metavariables(rule: Rule) -> set[str]:
    patterns = {key: each for key, each in rule.items() if key not in ("message", "metadata")}
    return variables(json.dumps(patterns))


def variables(text: str) -> set[str]:
    return set(re.findall(r"\$[A-Z][A-Z_]*\b", text))
