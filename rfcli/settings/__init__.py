"""What a project settles for its descriptions: `[tool.rf]` of pyproject.toml, or rf.toml, found upwards from a file."""
