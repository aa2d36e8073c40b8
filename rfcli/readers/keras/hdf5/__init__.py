"""HDF5 files, as far as they hold the configuration of a Keras model."""

SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""How a superblock begins."""
