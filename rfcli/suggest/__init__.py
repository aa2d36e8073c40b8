"""Changes of a description that reach a field: what `rf suggest` lists."""
