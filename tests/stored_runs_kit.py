"""A pool whose master begins with a store of finished runs, as `goetia bench store` fills it: metrics, configurations, curves."""

from page_kit import PagePool


class StoredPool(PagePool):
    """`others`: (runs, steps, metrics) of runs that are added, older than the rest: shorter or with fewer metrics."""

    def __init__(self, goetia, runs, steps=40, others=()):
        self.fills = [*others, (runs, steps, 10)]
        super().__init__(goetia)

    def start_master(self):
        if not self.data.exists():
            for runs, steps, metrics in self.fills:
                self.goetia.ok("bench", "store", "--data", self.data, "--runs", runs, "--steps", steps, "--metrics", metrics, "--rounds", 1)
        super().start_master()

    def experiments(self, query=""):
        return self.ask_api("GET", f"/api/experiments?{query}", None, "administrator", 200).json

    def ids(self, count, query="sort=-created_at"):
        return [run["id"] for run in self.experiments(f"{query}&limit={count}&fields=name")["items"]]
