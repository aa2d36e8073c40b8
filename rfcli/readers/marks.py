"""What files begin with that readers of several formats have to tell apart: light, as all that is asked of any file."""

import re

SAVED_MODEL = re.compile(rb"\x08\x01\x12[\x80-\xff]{0,4}[\x00-\x7f]\x0a")
"""How a SavedModel of TensorFlow begins: its version, and a graph that begins with what is told of it, where ONNX has
the name of a producer."""
