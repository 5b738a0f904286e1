"""The local mirror of published vulnerabilities, and the loopback endpoint that serves it."""
