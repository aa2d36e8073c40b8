"""What the code of a `Lambda` layer says: its bytes as a code object, this as an expression, and that as layers.

A file holds the code object of a function as Python's `marshal` writes it. It is never run, and never given to
`marshal.loads`, which is not made for bytes of strangers: it is read as data.
"""
