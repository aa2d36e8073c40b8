"""A network as a format-1 description, flat or folded into blocks."""
