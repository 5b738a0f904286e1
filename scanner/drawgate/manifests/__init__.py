"""Dependency manifests and lock files, one format a file: text in, pins out."""
