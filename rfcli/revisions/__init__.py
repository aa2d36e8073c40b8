"""Descriptions as they are at a revision of a git repository, which is only read."""
