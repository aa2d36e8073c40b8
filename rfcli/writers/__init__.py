"""Networks written: as descriptions, and for other tools, a folder a format."""
