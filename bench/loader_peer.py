"""The peers of `goetia bench loader`: the same JPEG files, RandomResizedCrop(224), flip, batches of 64.

Prints one JSON object: images, the CPU seconds of this process and of all that it started, and what was measured. An
epoch to warm up comes first. One thread (or worker) unless --threads says more.
"""
import argparse
import importlib.metadata
import json
import os
import pathlib
import sys
import tempfile
import time

BATCH, SIZE = 64, 224
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
TICK = os.sysconf("SC_CLK_TCK")


def descendants(process):
    try:
        tasks = list(pathlib.Path(f"/proc/{process}/task").iterdir())
        children = [int(c) for t in tasks for c in (t / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from descendants(child)


def cpu_seconds():
    """Of this process and of those it started that are still running."""
    ticks = 0
    for child in descendants(os.getpid()):
        try:
            fields = pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / TICK


def files_of(folder):
    return sorted(pathlib.Path(folder).rglob("*.jpg"))


def import_torchvision(a):
    import torch

    torch.set_num_threads(a.threads)
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "oracles"))
    from torchvision_oracle import torchvision

    return torch, torchvision


def torchvision_loader(a):
    """torchvision's transforms over Pillow in torch's DataLoader, with worker processes."""
    torch, torchvision = import_torchvision(a)
    t = torchvision.transforms
    steps = t.Compose([t.RandomResizedCrop(SIZE), t.RandomHorizontalFlip(), t.ToTensor(), t.Normalize(MEAN, DEVIATION)])
    data = torchvision.datasets.ImageFolder(pathlib.Path(a.folder) / "train", steps)
    loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, num_workers=a.threads, persistent_workers=True)

    def epoch():
        return sum(images.shape[0] for images, _ in loader)

    return epoch, ["torch", "torchvision", "pillow"], "float32"


def simplejpeg_v2(a):
    """simplejpeg's decoder and torchvision's v2 transforms on tensors, in this process."""
    import simplejpeg

    torch, torchvision = import_torchvision(a)
    v2 = torchvision.transforms.v2
    steps = v2.Compose([
        v2.RandomResizedCrop(SIZE, antialias=True), v2.RandomHorizontalFlip(),
        v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, DEVIATION),
    ])
    files = files_of(a.folder)
    batch = torch.empty(BATCH, 3, SIZE, SIZE)

    def epoch():
        for i, file in enumerate(files):
            pixels = torch.from_numpy(simplejpeg.decode_jpeg(file.read_bytes())).permute(2, 0, 1)
            batch[i % BATCH] = steps(pixels)
        return len(files)

    return epoch, ["simplejpeg", "torch", "torchvision"], "float32"


def dali(a):
    """DALI on the CPU: decodes only the drawn crop, antialiased resize, normalised floats."""
    from nvidia.dali import fn, pipeline_def, types

    @pipeline_def(batch_size=BATCH, num_threads=a.threads, device_id=None)
    def steps():
        data, labels = fn.readers.file(file_root=str(pathlib.Path(a.folder) / "train"), random_shuffle=True, name="r")
        images = fn.decoders.image_random_crop(data, device="cpu")
        images = fn.resize(images, size=[SIZE, SIZE], interp_type=types.INTERP_LINEAR, antialias=True)
        return fn.crop_mirror_normalize(
            images, mirror=fn.random.coin_flip(), dtype=types.FLOAT, output_layout="CHW",
            mean=[255 * m for m in MEAN], std=[255 * d for d in DEVIATION]), labels

    pipe = steps()
    pipe.build()
    count = len(files_of(a.folder))

    def epoch():
        done = 0
        while done < count:
            pipe.run()
            done += BATCH
        return done

    return epoch, ["nvidia-dali-cuda120"], "float32"


class LabelledFiles:
    """What FFCV's writer expects: an indexed data set of (image, label)."""

    def __init__(self, files):
        self.files = files

    def __len__(self):
        return len(self.files)

    def __getitem__(self, index):
        from PIL import Image

        return Image.open(self.files[index]).convert("RGB"), 0


def ffcv(a, kind):
    from ffcv.fields import IntField, RGBImageField
    from ffcv.fields.decoders import IntDecoder, RandomResizedCropRGBImageDecoder
    from ffcv.loader import Loader, OrderOption
    from ffcv.transforms import RandomHorizontalFlip, ToTensor
    from ffcv.writer import DatasetWriter

    file = os.path.join(tempfile.mkdtemp(), "set.beton")
    field = RGBImageField(write_mode=kind, max_resolution=500, jpeg_quality=90)
    DatasetWriter(file, {"image": field, "label": IntField()}, num_workers=1).from_indexed_dataset(LabelledFiles(files_of(a.folder)))
    pipelines = {
        "image": [RandomResizedCropRGBImageDecoder((SIZE, SIZE)), RandomHorizontalFlip(), ToTensor()],
        "label": [IntDecoder(), ToTensor()],
    }
    loader = Loader(file, batch_size=BATCH, num_workers=a.threads, order=OrderOption.RANDOM, os_cache=True,
                    drop_last=False, pipelines=pipelines)

    def epoch():
        return sum(images.shape[0] for images, _ in loader)

    return epoch, ["ffcv", "numba", "opencv-python"], "uint8, not normalised"


PEERS = {
    "torchvision DataLoader": torchvision_loader,
    "simplejpeg + torchvision v2": simplejpeg_v2,
    "DALI CPU": dali,
    "FFCV JPEG records": lambda a: ffcv(a, "jpg"),
    "FFCV raw records": lambda a: ffcv(a, "raw"),
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", choices=PEERS, required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=2)
    a = parser.parse_args()
    epoch, packages, output = PEERS[a.peer](a)
    epoch()
    cpu, wall, images = cpu_seconds(), time.perf_counter(), 0
    for _ in range(a.epochs):
        images += epoch()
    cpu, wall = cpu_seconds() - cpu, time.perf_counter() - wall
    versions = {name: importlib.metadata.version(name) for name in packages}
    print(json.dumps({"peer": a.peer, "images": images, "cpu_seconds": cpu, "wall_seconds": wall, "versions": versions,
                      "output": output}))


if __name__ == "__main__":
    main()
