"""What a source may begin with: a module each, whose `architecture` runs what the source names and reads the network
that it makes, and whose `parsed` tells a source's parts without running anything."""
