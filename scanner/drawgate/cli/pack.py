"""The pack that judges, as flags and configuration chose it."""

from drawgate.config import Config
from drawgate.policy import flags
from drawgate.policy.model import Pack
from drawgate.policy.pack import load_pack


def chosen_pack(config: Config, *, no_gate: bool) -> Pack:
    """Load the pack that shall judge, changed as the flags say."""
    pack = load_pack(config.policy, config.place("policy"))
    if config.fail_on:
        pack = flags.fail_on(pack, config.fail_on)
    return flags.no_gate(pack) if no_gate else pack
