"""The moves, one a file: each says which knobs of a description it turns."""
