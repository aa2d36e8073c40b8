"""Numbers that a program brings along in its file, and what it works out of them, with the standard library alone."""
