"""What a change of a network does: to its layers, their fields, sizes and costs."""
