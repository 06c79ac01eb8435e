"""Trainings of a pool that serves the page: a small model on images of this machine, as long as a test needs them."""

from goetia_kit import wait_until
from page_kit import PagePool

LONG = 4000  # epochs: goes on until it is stopped


class TrainingPool(PagePool):
    def __init__(self, goetia):
        super().__init__(goetia)
        self.images = self.data / "datasets/shapes"
        goetia.ok("dataset", "make", "--kind", "classification", "--output", self.images, "--images", 48, "--classes", 3, "--size", 48, "--seed", 1)
        self.ask_api("POST", "/api/datasets", {"name": "shapes", "path": str(self.images)}, "administrator", 201)

    def config(self, name, epochs):
        steps = [{"type": "ToTensor"}, {"type": "Normalize", "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}]
        return {
            "experiment": {"name": name, "seed": 7},
            "model": {"type": "ImageClassifier", "backbone": {"type": "MobileNetV3", "size": "small", "width_mult": 0.25},
                      "head": {"type": "LinearClsHead", "num_classes": 3, "in_channels": 144, "loss": {"type": "CrossEntropyLoss"}}},
            "dataset": {"type": "ImageNet", "data_root": str(self.images), "val": {}},
            "augmentation": {"train": {"pipeline": [{"type": "LoadImage"}, {"type": "RandomHorizontalFlip", "prob": 0.5}, *steps]},
                             "val": {"pipeline": [{"type": "LoadImage"}, *steps]}},
            "optimizer": {"type": "SGD", "lr": 0.02, "momentum": 0.9},
            "scheduler": {"type": "CosineAnnealingLR", "T_max": epochs},
            "training": {"epochs": epochs, "batch_size": 8, "num_workers": 1, "threads": 1},
            "metrics": [{"type": "Accuracy"}],
            "checkpoint": {"save_interval": 20 if epochs == LONG else 1, "max_keep": 2},
            "logging": {"log_interval": 2},
        }

    def train(self, name, epochs=LONG, account="trainer", **fields):
        return self.ask_api("POST", "/api/tasks", {"config": self.config(name, epochs), **fields}, account, 201).json["id"]

    def shown(self, task):
        return self.ask_api("GET", f"/api/tasks/{task}", None, "administrator").json

    def is_in(self, task, *states, timeout=120):
        wait_until(lambda: self.shown(task)["state"] in states, timeout, f"task {task} to be {' or '.join(states)}")
        return self.shown(task)

    def stop(self, task):
        self.ask_api("POST", f"/api/tasks/{task}/control", {"action": "stop"}, "administrator")
        return self.is_in(task, "stopped", "completed")

    def points(self, task, *names):
        experiment = self.shown(task)["experiment"]
        answer = self.ask_api("GET", f"/api/experiments/{experiment}/metrics?x=step&points=20000&names={','.join(names)}", None, "administrator")
        return {curve["name"]: curve for curve in answer.json["curves"]}

    def artefacts(self, experiment):
        return self.ask_api("GET", f"/api/experiments/{experiment}/artifacts", None, "administrator").json["items"]

    def best_checkpoint(self, experiment):
        items = self.ask_api("GET", f"/api/experiments/{experiment}/checkpoints", None, "administrator").json["items"]
        return next(one for one in items if one["is_best"] and one["kind"] == "best")
