"""What other tools call what we have words for, a file a format: read and written by the same table."""
