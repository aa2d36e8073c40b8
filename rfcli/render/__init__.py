"""From a `Report` to text, one format a file."""
