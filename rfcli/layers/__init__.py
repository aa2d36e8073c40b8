"""The layer types, one file a family; the registry finds them all."""
