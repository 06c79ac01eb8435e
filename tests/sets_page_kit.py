"""Data sets of a pool that serves the page: made below the master's folder of data, and registered there."""

from page_kit import PagePool

KINDS = ("classification", "detection", "instance", "segmentation", "regression")


class SetsPool(PagePool):
    def __init__(self, goetia):
        super().__init__(goetia)
        self.sets = self.data / "datasets"
        for kind in KINDS:
            self.make(kind)
            self.ask_api("POST", "/api/datasets", {"name": kind, "path": str(self.sets / kind)}, "administrator", 201)

    def make(self, kind, name=None, images=40):
        folder = self.sets / (name or kind)
        self.goetia.ok("dataset", "make", "--kind", kind, "--output", folder, "--images", images, "--classes", 3, "--size", 64, "--seed", 1)
        return folder

    def tasks(self):
        return self.ask_api("GET", "/api/tasks?limit=1000", None, "administrator").json["items"]

    def set_named(self, name):
        items = self.ask_api("GET", "/api/datasets?limit=1000", None, "administrator").json["items"]
        return next((one for one in items if one["name"] == name), None)
