"""Shared by the checks of the source: which of our files a file includes, directly or indirectly."""

import re
from functools import cache

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def is_test(file):
    return file.stem.endswith("_test")


class Includes:
    def __init__(self, root):
        self.root = root

    @cache
    def of(self, file):
        """(our headers, names of library headers) that a file includes directly."""
        ours, others = [], []
        for name in INCLUDE.findall(file.read_text(errors="replace")):
            found = next((self.root / top / name for top in ("src", "include", ".") if (self.root / top / name).is_file()), None)
            (ours if found else others).append(found or name)
        return ours, others

    def reached(self, *files):
        """The files themselves and every header of ours that they include, directly or indirectly."""
        seen, todo = set(files), list(files)
        while todo:
            for header in self.of(todo.pop())[0]:
                if header not in seen:
                    seen.add(header)
                    todo.append(header)
        return seen
