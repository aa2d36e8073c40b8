"""Integers only: what outputs read of inputs along one axis, and the algebra of it."""
