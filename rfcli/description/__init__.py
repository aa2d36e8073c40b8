"""From text to an `Architecture`: reading with positions and limits, checking, expanding."""
