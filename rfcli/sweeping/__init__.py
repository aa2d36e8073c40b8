"""Sweeps: one description computed for many settings of its parameters, here, by several processes, or on a cluster."""
