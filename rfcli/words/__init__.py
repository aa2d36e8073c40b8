"""Other tools' spellings of our words, one file for each format: its reader and its writer share the tables."""
