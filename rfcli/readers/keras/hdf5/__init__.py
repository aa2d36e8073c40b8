"""HDF5 files, as far as they hold the configuration of a Keras model."""
