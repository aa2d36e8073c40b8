"""HDF5 files, as far as they are read."""
