"""Drawgate: run the scanners a team trusts, and give one verdict that can be trusted."""

__version__ = "0.1.0"
