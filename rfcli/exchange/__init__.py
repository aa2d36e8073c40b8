"""Networks of other tools, one a file."""
