"""Two small networks whose numbers can be counted by hand."""

BEFORE = """\
format: 1
input: {size: 16, channels: 3}
layers:
  - {name: conv1, type: conv, kernel: 3, padding: 1, filters: 4}
  - {name: pool, type: max_pool, kernel: 2}
  - {name: conv2, type: conv, kernel: 3, padding: 1, filters: 8}
"""
"""conv1 sees 3 and has 3*3*3*4 + 4 = 112 parameters, the pool 4 at stride 2, conv2 4 + 2*2 = 8 with 3*3*4*8 + 8 = 296."""

AFTER = """\
format: 1
input: {size: 16, channels: 3}
layers:
  - {name: conv1, type: conv, kernel: 5, padding: 2, filters: 4}
  - {name: relu, type: relu}
  - {name: last, type: conv, kernel: 3, padding: 1, filters: 8}
"""
"""conv1 sees 5 and has 5*5*3*4 + 4 = 304 parameters, last 5 + 2 = 7 with 296."""
