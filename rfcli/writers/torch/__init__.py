"""A network as the source of a torch module."""
