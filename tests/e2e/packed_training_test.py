"""A packed set trains over HTTP as from its folder, and each rank fetches only its own share."""

import pytest
import torch
from goetia_kit import weights
from ranges_kit import serving_ranges

pytestmark = pytest.mark.slow

ONCE = ("training.epochs=1", "+training.drop_last=true", "optimizer.lr=0.001", "+model.backbone.norm_cfg={type:GN}")
ALONE = (*ONCE, "training.batch_size=8")
TWO = (*ONCE, "training.batch_size=4", "++training.distributed={enabled:true,backend:gloo,world_size:2}")


@pytest.fixture
def packed(goetia, shapes, tmp_path):
    goetia.ok("dataset", "pack", "--data-root", shapes, "--output", tmp_path / "packed")
    return tmp_path / "packed"


def trained(goetia, config, root, words):
    run = goetia.train(config, "~dataset.val", f"dataset={{type:Packed,data_root:'{root}'}}", *words)
    return weights(run["checkpoints"]["last"])


def test_it_trains_as_from_its_folder(goetia, tiny, packed):
    near = trained(goetia, tiny, packed, (*ALONE, "+dataset.sampler={type:window_shuffle}"))
    with serving_ranges(packed.parent) as server:
        far = trained(goetia, tiny, f"{server.address}/packed", ALONE)  # with the default sampler for URLs
    assert all(torch.equal(near[name], far[name]) for name in near)


# Images of 192 kB, 64 to a stretch of 12 MB, fetched in blocks of 4 MB; two stretches may share a block.
STREAMED = ("+dataset.sampler={type:window_shuffle,stretch:64,window:128,lanes:2}",
            "augmentation.train.pipeline=[{type:LoadImage},{type:Resize,size:[32,32]},{type:ToTensor}]",
            "augmentation.val.pipeline=[{type:LoadImage},{type:Resize,size:[32,32]},{type:ToTensor}]")


def test_two_ranks_fetch_together_what_one_fetches(goetia, tiny, tmp_path):
    goetia.ok("dataset", "make", "--kind", "classification", "--output", tmp_path / "large", "--images", "400", "--classes", "3", "--size", "256")
    goetia.ok("dataset", "pack", "--decoded", "--data-root", tmp_path / "large", "--output", tmp_path / "packed")
    fetched = []
    for words in (ALONE, TWO):
        with serving_ranges(tmp_path) as server:
            trained(goetia, tiny, f"{server.address}/packed", (*words, *STREAMED))
            fetched.append(server.sent["train-00000.pack"])
    alone, together = fetched
    size = (tmp_path / "packed/train-00000.pack").stat().st_size
    assert size > 50e6 and alone <= 1.05 * size and together <= 1.35 * alone, (alone, together, size)
