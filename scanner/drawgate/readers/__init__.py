"""Formats that are only read: reports that other people's tools left behind."""
