"""Described networks built and run with torch: what the engine says, measured."""
