"""What a repository tells other tools to hide becomes a proposal that a person reads."""
