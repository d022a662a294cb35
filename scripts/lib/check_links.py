"""Checks that every link between the project's Markdown files leads to a file, and to a heading if it names one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?^\s*```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors of a file's headings, as Git forges make them."""
    found: set[str] = set()
    for heading in HEADING.findall(re.sub(r"```.*?^\s*```", "", text, flags=re.DOTALL | re.MULTILINE)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        # A heading that comes again is numbered.
        number = next(n for n in range(1000) if (anchor if n == 0 else f"{anchor}-{n}") not in found)
        found.add(anchor if number == 0 else f"{anchor}-{number}")
    return found


def problems(file: Path) -> list[str]:
    found: list[str] = []
    for target in LINK.findall(CODE.sub("", file.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        path = file.parent / name if name else file
        if not path.exists():
            found.append(f"{file}: there is no {target}")
        elif anchor and path.suffix == ".md" and anchor not in anchors(path.read_text()):
            found.append(f"{file}: {path.name} has no heading for #{anchor}")
    return found


def main() -> int:
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], check=True, capture_output=True, text=True).stdout
    files = [Path(name) for name in listed.split("\0") if name]
    found = [problem for file in files for problem in problems(file)]
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{len(files)} files of documentation, {len(found)} broken links")
    return 1 if found or not files else 0


if __name__ == "__main__":
    sys.exit(main())
