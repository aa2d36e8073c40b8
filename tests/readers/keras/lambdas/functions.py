"""Code objects as interpreters of several versions wrote them, and functions of this one."""

from __future__ import annotations

import marshal
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

ROWS = [
    line.split("\t")
    for line in Path(__file__).with_name("codes.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
CODES = {(version, source): b64decode(code) for version, source, code in ROWS}
"""By the version of Python, and the function's source."""
VERSIONS = tuple(dict.fromkeys(version for version, _ in CODES))

OF_BYTES = (
    "\u00e3\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0002\u0000\u0000\u0000S\u0000"
    "\u0000\u0000s\f\u0000\u0000\u0000|\u0000\u0000d\u0001\u0000\u001bd\u0002\u0000\u0018S)\u0003N\u00e9\u00ff\u0000"
    "\u0000\u0000g\u0000\u0000\u0000\u0000\u0000\u0000\u00e0?\u00a9\u0000)\u0001\u00da\u0001xr\u0002\u0000\u0000\u0000"
    "r\u0002\u0000\u0000\u0000\u00fa\bmodel.py\u00da\b<lambda>\u00e9\u0000\u0000\u0000\u00f3\u0000\u0000\u0000\u0000"
)
"""x / 255 - 0.5 in `model.h5` of 1524045patrick/CarND-BehavioiurCloning-P3: Python 3.5, Keras 2.0.6."""
OF_CONSTANTS = (
    "\u00e3\u0001\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0002\u0000\u0000\u0000C\u0000"
    "\u0000\u0000s\f\u0000\u0000\u0000|\u0000\u0000d\u0001\u0000\u001bd\u0002\u0000\u0018S)\u0003N\u00e7\u0000\u0000"
    "\u0000\u0000\u0000\u00e0o@\u00e7\u0000\u0000\u0000\u0000\u0000\u0000\u00e0?\u00a9\u0000)\u0001\u00da\u0001xr\u0003"
    "\u0000\u0000\u0000r\u0003\u0000\u0000\u0000\u00fa\btrain.py\u00da\b<lambda>H\u0000\u0000\u0000s\u0000\u0000\u0000"
    "\u0000"
)
"""x / 255.0 - 0.5 in `models/model.h5` of AryanJ-NYC/CarND-Behavioral-Cloning-P3: Python 3.5, Keras 2.0.2."""
OF_BASE64 = (
    "4wEAAAAAAAAAAQAAAAIAAABDAAAAcwwAAAB8AABkAQAbZAIAGFMpA07nAAAAAADgX0DnAAAAAAAA\n8D+pACkB2gF4cgMAAAByAwAAAPoHcnVu"
    "NS5wedoIPGxhbWJkYT5IAAAAcwAAAAA=\n"
)
"""x / 127.5 - 1.0 in `model.h5` of 1560800/CarND-Behavioral-Cloning-P3: Python 3.5, Keras 2.2.4."""


def dumped(source: str, **beside: Any) -> dict[str, Any]:
    """A `Lambda`'s configuration, with the code of a function of this Python, as Keras 3 writes it."""
    made = eval(source)  # noqa: S307: sources stand in the tests
    code = b64encode(marshal.dumps(made.__code__)).decode()
    defaults = None if made.__defaults__ is None else list(made.__defaults__)
    closure = None if made.__closure__ is None else [cell.cell_contents for cell in made.__closure__]
    config = {"code": code, "defaults": defaults, "closure": closure}
    return {"function": {"class_name": "__lambda__", "config": config}, "arguments": {}, **beside}
