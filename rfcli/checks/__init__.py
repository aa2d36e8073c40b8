"""What a network promises (`expect`, RF4xx) and what is known to go wrong in designs (RF5xx), one rule a file."""
