"""Which members the struct of a template has."""

from tmpl.names import Refused


class Struct:
    """The data of a template, or of the items of an each."""

    def __init__(self, name, above=None):
        self.name = name
        self.above = above
        self.members = {}  # name -> (type, detail)

    def add(self, place, name, kind, detail=None):
        """Notes a use. A test alone gives a bool; any other use decides."""
        known = self.members.get(name)
        if known is None or (known[0] == "bool" and kind != "bool"):
            self.members[name] = (kind, detail)
        elif kind != "bool" and (kind, detail) != known:
            raise Refused(f"{place}: '{name}' is used as {kind} here and as {known[0]} elsewhere")

    def scope(self, place, path):
        """The struct that a path means, how many scopes out, and the member's name."""
        struct, out = self, 0
        while path.startswith("../"):
            struct, out, path = struct.above, out + 1, path[3:]
            if struct is None:
                raise Refused(f"{place}: there is no scope that far out")
        return struct, out, path


class Shapes:
    """Collects the structs of all templates and the enums of all groups."""

    def __init__(self, catalogue):
        self.catalogue = catalogue
        self.structs = []
        self.groups = {}  # group -> the members of its enum
        self.choices = {}  # (group, suffix) -> (member -> key, parameter names)

    def note(self, struct, place, path, kind, detail=None):
        found, _, name = struct.scope(place, path)
        found.add(place, name, kind, detail)

    def params(self, struct, node):
        for path in node.params.values():
            self.note(struct, node.place, path, "str")

    def walk(self, nodes, struct):
        for node in nodes:
            if node.kind == "value":
                self.note(struct, node.place, node.path, "str")
            elif node.kind == "t":
                self.catalogue.use(node.place, node.key, node.params)
                self.params(struct, node)
            elif node.kind == "lookup":
                keys = self.catalogue.choose(node.place, node.group, node.suffix, node.params)
                self.groups[node.group] = list(keys)
                self.choices[(node.group, node.suffix)] = (keys, sorted(node.params))
                self.note(struct, node.place, node.path, "key", node.group)
                self.params(struct, node)
            elif node.kind == "part":
                self.note(struct, node.place, node.path, "part", node.part)
            elif node.kind == "if":
                self.note(struct, node.place, node.path, "bool")
                self.walk(node.body, struct)
                self.walk(node.other, struct)
            elif node.kind == "each":
                self.each(node, struct)

    def each(self, node, struct):
        found, _, name = struct.scope(node.place, node.path)
        known = found.members.get(name)
        if known is not None and known[0] == "list":
            node.item = known[1]
            # The same list twice: the second walk may add members to the item.
            if node.item.above is not struct:
                raise Refused(f"{node.place}: '{name}' is gone through from another scope already")
        else:
            node.item = Struct(f"{struct.name}_{name}", struct)
            found.add(node.place, name, "list", node.item)
            self.structs.append(node.item)
        self.walk(node.body, node.item)

    def template(self, struct, node_lists):
        for nodes in node_lists:
            self.walk(nodes, struct)
        self.structs.append(struct)
