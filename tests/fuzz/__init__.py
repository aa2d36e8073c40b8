"""Descriptions that nobody wrote: mutated, generated and random ones must be refused or computed, never crash or stall."""
