"""From a `Graph` to a `Report`: fields, alignment, global paths and costs of every layer."""
