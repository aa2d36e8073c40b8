"""What a SavedModel serves: for the scripts that make models."""


def all_named(node):
    """The functions that a node names in any way: loops have two."""
    return (*(one.func.name for one in node.attr.values()), node.op)


def only_served(meta, called_by=all_named):
    """Leaves of a SavedModel's graph the nodes that the signature that serves needs, and the functions that these call;
    returns all nodes that are left."""
    graph = meta.graph_def
    nodes = {one.name: one for one in graph.node}
    functions = {one.signature.name: one for one in graph.library.function}
    ends = meta.signature_def["serving_default"].outputs.values()
    kept, waiting = {}, [one.name.partition(":")[0] for one in ends]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept[name] = nodes[name]
            waiting += [one.lstrip("^").partition(":")[0] for one in nodes[name].input]
    called, todo = {}, list(kept.values())
    while todo:
        node = todo.pop()
        for name in called_by(node):
            if name in functions and name not in called:
                called[name] = functions[name]
                todo += functions[name].node_def
    left, used = list(kept.values()), list(called.values())
    del graph.node[:], graph.library.function[:]
    graph.node.extend(left)
    graph.library.function.extend(used)
    return [*graph.node, *(one for each in graph.library.function for one in each.node_def)]
