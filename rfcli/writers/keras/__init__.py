"""A network as the JSON of a Keras model."""
