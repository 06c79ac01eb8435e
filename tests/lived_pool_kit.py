"""A pool in which something has happened: runs that ended well and badly, one that trains, one that is paused, one that waits, and a
node that is silent. The page has something to show of each."""

from goetia_kit import wait_until
from sets_page_kit import SetsPool

FOREVER = 10_000
NORMALIZE = {"type": "Normalize", "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}


def small_config(data):
    """An epoch of it takes a fraction of a second."""
    head = {"type": "LinearClsHead", "num_classes": 3, "in_channels": 144, "loss": {"type": "CrossEntropyLoss"}}
    steps = [{"type": "LoadImage"}, {"type": "ToTensor"}, NORMALIZE]
    return {
        "model": {"type": "ImageClassifier", "backbone": {"type": "MobileNetV3", "size": "small", "width_mult": 0.25}, "head": head},
        "dataset": {"type": "ImageNet", "data_root": str(data), "val": {}},
        "augmentation": {"train": {"pipeline": [steps[0], {"type": "RandomHorizontalFlip", "prob": 0.5}, *steps[1:]]}, "val": {"pipeline": steps}},
        "optimizer": {"type": "SGD", "lr": 0.02, "momentum": 0.9},
        "scheduler": {"type": "CosineAnnealingLR", "T_max": 120},
        "training": {"epochs": 3, "batch_size": 8, "num_workers": 1, "threads": 1},
        "metrics": [{"type": "Accuracy"}],
        "checkpoint": {"save_interval": 1, "max_keep": 2},
        "logging": {"log_interval": 1},
    }


class LivedPool(SetsPool):
    def __init__(self, goetia, account="administrator"):
        super().__init__(goetia)
        self.account = account
        try:
            self.live()
        except BaseException:
            self.close()
            raise

    def live(self):
        self.start_agent("two")
        wait_until(lambda: len(self.nodes()) == 2, 60, "the second node")
        self.config = small_config(self.sets / "classification")
        node_one = ["node=one"]
        self.completed = [self.train("MobileNet · SGD", 120, labels=node_one), self.train("MobileNet · lr 0.05", 120, lr=0.05, labels=node_one)]
        self.failed = self.train("MobileNet · 坏图", 6, data=str(self.broken_set()), retries=0, labels=node_one)
        for task in self.completed:
            self.wait_for(task, "completed")
        self.wait_for(self.failed, "failed")
        self.kill("two")
        self.paused = self.train("MobileNet · 夜间", FOREVER, labels=node_one)
        self.wait_for_epoch(self.paused, 1)
        self.ask_api("POST", f"/api/tasks/{self.paused}/control", {"action": "pause"}, self.account, 200)
        self.wait_for(self.paused, "paused")
        self.running = self.train("MobileNet · 长训练", FOREVER, labels=node_one)
        self.waiting = self.train("MobileNet · 等待 GPU", 6, labels=["room=lab-3"])
        self.wait_for_epoch(self.running, 2)
        wait_until(lambda: self.nodes()["two"]["state"] == "offline", 120, "the second node to count as offline")

    def nodes(self):
        return {node["name"]: node for node in self.ask_api("GET", "/api/nodes", None, "administrator").json["items"]}

    def broken_set(self):
        """Its images cannot be read."""
        folder = self.make("classification", "broken")
        for image in folder.rglob("*.*"):
            if image.suffix.lower() in (".png", ".jpg", ".jpeg"):
                image.write_bytes(b"no image")
        return folder

    def train(self, name, epochs, lr=0.02, data=None, **fields):
        config = {**self.config, "experiment": {"name": name, "seed": 7}, "training": {**self.config["training"], "epochs": epochs},
                  "optimizer": {**self.config["optimizer"], "lr": lr}}
        if data:
            config["dataset"] = {**config["dataset"], "data_root": data}
        return self.ask_api("POST", "/api/tasks", {"name": name, "config": config, **fields}, self.account, 201).json["id"]

    def wait_for_epoch(self, task, epoch):
        def reached():
            now = self.task(task)
            assert now["state"] in ("queued", "dispatching", "running"), now
            return now["progress"]["epoch"] >= epoch

        wait_until(reached, 120, f"epoch {epoch} of task {task}")
