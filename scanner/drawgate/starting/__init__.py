"""What a repository needs to begin: a configuration and a job for its CI system, as proposals."""
