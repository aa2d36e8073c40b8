"""The layer types, one file a family: all are imported here, in the order of their names, whichever is wanted."""

import os
from importlib import import_module

for entry in sorted(os.listdir(os.path.dirname(__file__))):
    name, ending = os.path.splitext(entry)
    if ending == ".py" and not name.startswith("_"):
        import_module(f"rfcli.layers.{name}")
