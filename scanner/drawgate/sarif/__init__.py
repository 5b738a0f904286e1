"""SARIF 2.1.0, the one format that crosses a process or disk border."""
