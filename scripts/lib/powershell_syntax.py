"""Parses PowerShell scripts by tree-sitter's grammar: powershell_syntax.py FILE… prints each error as FILE:LINE:COLUMN.

Exit status: 0 when all parse, 1 with the errors on standard output, 2 when the check itself finds no planted error.
"""
import sys

import tree_sitter
import tree_sitter_powershell

PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
# What every check finds first in a copy of the script: a block that is never closed, and an assignment to nothing.
PLANTED = (b"\nfunction Get-Planted { if ($true) { 1 }\n", b"\n$planted = )\n")


def errors(source):
    """The places of syntax errors as (line, column), both from 1."""
    nodes = [PARSER.parse(source).root_node]
    while nodes:
        node = nodes.pop()
        if node.type == "ERROR" or node.is_missing:
            yield node.start_point[0] + 1, node.start_point[1] + 1
        elif node.has_error:
            nodes.extend(node.children)


def main(paths):
    status = 0
    for path in paths:
        with open(path, "rb") as file:
            source = file.read()
        for line, column in sorted(errors(source)):
            print(f"{path}:{line}:{column}: not PowerShell")
            status = 1
        if not all(any(errors(source + planted)) for planted in PLANTED):
            print(f"{path}: a planted syntax error was not found", file=sys.stderr)
            return 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
