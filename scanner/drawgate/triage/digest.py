"""Short hashes of texts, for keys that are compared and never read."""

import hashlib


def digest(*parts: str) -> str:
    """Hash a list of texts."""
    data = joined(*parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def joined(*parts: str) -> str:
    """Join so that no two different lists of parts give the same text."""
    return "".join([f"{len(part)}:{part}" for part in parts])
