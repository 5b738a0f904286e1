"""Which adapters a user asked for."""

from dataclasses import dataclass

from drawgate.core.adapter import Adapter
from drawgate.core.attempt import Subject
from drawgate.core.finding import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What the user narrowed the scan to; empty means everything."""

    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    named: frozenset[str] = frozenset()
    """Adapters that a configuration asks for beside the others."""

    def asks_for(self, subject: Subject) -> bool:
        """Tell whether an adapter that could not even be loaded was asked for."""
        return subject.name not in self.skip and (not self.only or subject.name in self.only)

    def objection(self, adapter: Adapter) -> str:
        """Say why this adapter was not selected, or nothing."""
        if self.only and adapter.name not in self.only:
            return f"--only names {', '.join(sorted(self.only))}"
        if adapter.name in self.skip:
            return "--skip names it"
        if self.kinds and adapter.kind not in self.kinds:
            return f"--kind asks for {', '.join(sorted(self.kinds))}"
        return "" if adapter.name in self.only | self.named else adapter.on_request

    def wants_always(self, adapter: Adapter) -> bool:
        """Tell whether it shall run, whoever else looks for the same."""
        return not adapter.stands_in_for or adapter.name in self.only | self.named
