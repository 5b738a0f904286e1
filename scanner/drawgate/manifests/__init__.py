"""Dependency manifests and lock files, one format a file: text in, pins out."""

from drawgate.core.manifest import PYTHON_MANIFESTS, is_manifest
from drawgate.manifests.inventory import gather, read_inventory, survey
from drawgate.manifests.layers import layers
from drawgate.manifests.links import look_around

__all__ = [
    "PYTHON_MANIFESTS",
    "gather",
    "is_manifest",
    "layers",
    "look_around",
    "read_inventory",
    "survey",
]
