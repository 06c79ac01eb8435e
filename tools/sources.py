"""Shared by the checks of the source: which of our files a file includes, directly or indirectly."""

import re
from functools import cache
from typing import NamedTuple

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


class Room(NamedTuple):
    uses: set
    test_uses: set
    libtorch: bool  # whether it may use LibTorch


def parse_rooms(text):
    """name -> Room for every goetia_room() and goetia_program() of src/CMakeLists.txt; a program is 'apps/NAME'."""
    rooms = {}
    for kind, name, rest in re.findall(r"goetia_(room|program)\(\s*([\w-]+)([^)]*)\)", text):
        lists, current = {"USES": set(), "TEST_USES": set(), "LIBRARIES": set(), "ALONE": set()}, None
        for word in rest.split():
            if word in lists:
                current = word
            elif word == "LIBTORCH":
                current = None
            elif current:
                lists[current].add(word)
        rooms[f"apps/{name}" if kind == "program" else name] = Room(lists["USES"], lists["TEST_USES"], "LIBTORCH" in rest.split())
    return rooms


def reached(rooms, start):
    """The rooms of `start` and all that they use, also through others."""
    seen, todo = set(), list(start)
    while todo:
        room = todo.pop()
        if room not in seen:
            seen.add(room)
            todo += rooms[room].uses if room in rooms else []
    return seen


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
