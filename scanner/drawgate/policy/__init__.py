"""Packs and the gate: which findings a build may not pass with, and what must have run."""
