"""A pool whose master begins with a store of finished runs, as `goetia bench store` fills it: metrics, configurations, curves."""

from page_kit import PagePool


class StoredPool(PagePool):
    def __init__(self, goetia, runs, steps=40):
        self.runs, self.steps = runs, steps
        super().__init__(goetia)

    def start_master(self):
        if not self.data.exists():
            self.goetia.ok("bench", "store", "--data", self.data, "--runs", self.runs, "--steps", self.steps, "--rounds", 1)
        super().start_master()

    def experiments(self, query=""):
        return self.ask_api("GET", f"/api/experiments?{query}", None, "administrator", 200).json

    def ids(self, count, query="sort=-created_at"):
        return [run["id"] for run in self.experiments(f"{query}&limit={count}&fields=name")["items"]]
