"""A second witness of the engine: index sets pushed through the layers one by one, from the reference's table alone."""
