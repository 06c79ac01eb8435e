"""What the checks of the source share: which of our files a file includes, also through others."""

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
        """(headers of ours, names of libraries' headers) that a file names itself."""
        ours, others = [], []
        for name in INCLUDE.findall(file.read_text(errors="replace")):
            found = next((self.root / top / name for top in ("src", "include", ".") if (self.root / top / name).is_file()), None)
            (ours if found else others).append(found or name)
        return ours, others

    def reached(self, *files):
        """The files themselves and every header of ours that they include, also through others."""
        seen, todo = set(files), list(files)
        while todo:
            for header in self.of(todo.pop())[0]:
                if header not in seen:
                    seen.add(header)
                    todo.append(header)
        return seen
