"""Descriptions in an editor: what it shows of a text, as functions of the text, and the protocol at the edge."""
