"""A network as a format-1 description, flat or folded into blocks.

Flat, every layer is a line with its full name. Folding takes five steps. The layers become items, in scopes by the
slashes of their names (`items`, `scopes`). Items are told apart by symbols alone: their type, the words of their names
and how far back they reach; two stretches of a list with the same symbols, which one map enters and one leaves, are
runs of one kind (`runs`). The kind that saves most lines becomes a block: what stands in the same place of all runs is
laid side by side, and where it differs, a parameter or an expression of one takes its place (`blocks`, `parameters`).
Each run becomes a use of the block, and the search starts again, as uses are items too, until no block saves enough
(`folding`). At last, items alike one after another become one with `repeat` (`repeats`). Names are cut at their numbers
throughout (`numbers`), so that `conv_12` may be written `conv_$(at + 2)`. Nothing here has to be right for all
networks: who calls reads the text again, compares, and falls back to the flat one.
"""
