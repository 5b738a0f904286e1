"""What several keys of a pack must agree about, told at the place of the one that is wrong."""

from collections.abc import Iterator

from drawgate.core.errors import DrawgateError
from drawgate.policy.model import PackFile
from drawgate.strict import Node, named, suggestion


def disagreements(node: Node, content: PackFile) -> Iterator[DrawgateError]:
    """Give an error for each key that asks for something the pack does not have."""
    yield from _sla(node, content)
    yield from _expected(node, content)


def _sla(node: Node, content: PackFile) -> Iterator[DrawgateError]:
    for rule in _items(node.at("rules")):
        asked = rule.at("match", "sla")
        if asked and not content.sla:
            hint = "add `sla: {critical: 7d, high: 30d}`, say"
            yield asked.wrong("this pack gives no times: it has no 'sla'", hint=hint)


def _expected(node: Node, content: PackFile) -> Iterator[DrawgateError]:
    known = [rule.id for rule in content.rules]
    for case in _items(node.at("tests")):
        for name in _items(case.at("expect", "rules")):
            word = str(name.value)
            if word not in known:
                yield name.wrong(f"no rule is called{named(word, known) or ' that'}",
                                 hint=suggestion(word, known))  # fmt: skip


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.value if node and isinstance(node.value, tuple) else ()
