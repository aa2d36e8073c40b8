"""Networks of other tools, read: a folder a format."""
