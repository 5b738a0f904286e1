"""Packs of policy, and the judgement they lead to."""
