"""torchvision as an oracle beside a CPU build of torch: `from torchvision_oracle import torchvision`.

Its compiled operators want CUDA. Their names are declared here, so that it can be imported, and those that its detectors
call get a body: `nms` and `roi_align` as their documentation defines them.
"""
import sys

import torch

_OPERATORS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_library = torch.library.Library("torchvision", "DEF")
_real_register_fake = torch.library.register_fake


def _register_fake(name, *args, **kwargs):
    operator = name.split("::")[-1] if isinstance(name, str) else ""
    if operator and not torch._C._dispatch_has_kernel(f"torchvision::{operator}") and operator not in _OPERATORS:
        return lambda function: function   # an operator this build lacks
    return _real_register_fake(name, *args, **kwargs)


for _name, _schema in _OPERATORS.items():
    _library.define(_name + _schema)
torch.library.register_fake = _register_fake
try:
    import torchvision  # noqa: F401
    import torchvision.transforms.v2  # noqa: F401
finally:
    torch.library.register_fake = _real_register_fake


def _nms(boxes, scores, iou_threshold):
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = torch.argsort(scores, descending=True, stable=True)
    kept = []
    while len(left):
        best, left = left[0], left[1:]
        kept.append(best)
        low, high = torch.maximum(boxes[best, :2], boxes[left, :2]), torch.minimum(boxes[best, 2:], boxes[left, 2:])
        common = (high - low).clamp(min=0).prod(1)
        left = left[~(common / (areas[best] + areas[left] - common) > iou_threshold)]  # two boxes without area: NaN, both stay
    return torch.stack(kept) if kept else torch.zeros(0, dtype=torch.int64)


def _points(start, length, bins, ratio, extent):
    """Along one axis: the lower and upper pixel and the upper one's share of every sampling point of a box; whether it
    counts."""
    per_bin = ratio if ratio > 0 else int(torch.ceil(length / bins))
    at = start + torch.arange(bins)[:, None] * (length / bins) + (torch.arange(per_bin) + 0.5) * (length / bins) / max(per_bin, 1)
    at = at.flatten()
    counts = (at >= -1) & (at <= extent)
    at = at.clamp(min=0)
    low = at.floor().long().clamp(max=extent - 1)
    share = torch.where(low >= extent - 1, torch.zeros_like(at), at - low)
    return low, (low + 1).clamp(max=extent - 1), share, counts, per_bin


def _roi_align(maps, boxes, output_size, spatial_scale=1.0, sampling_ratio=-1, aligned=False):
    if not isinstance(boxes, torch.Tensor):
        boxes = torch.cat([torch.cat([torch.full((len(of), 1), float(image)), of], 1) for image, of in enumerate(boxes)])
    height, width = (output_size, output_size) if isinstance(output_size, int) else output_size
    found = []
    for roi in boxes.detach():
        start = roi[1:3] * spatial_scale - (0.5 if aligned else 0)
        size = roi[3:] * spatial_scale - (0.5 if aligned else 0) - start
        size = size if aligned else size.clamp(min=1)
        above, below, down, rows, ny = _points(start[1], size[1], height, sampling_ratio, maps.shape[2])
        before, after, right, columns, nx = _points(start[0], size[0], width, sampling_ratio, maps.shape[3])
        pixels = maps[int(roi[0])]
        lines = pixels[:, above] * (1 - down)[:, None] + pixels[:, below] * down[:, None]
        values = (lines[:, :, before] * (1 - right) + lines[:, :, after] * right) * (rows[:, None] & columns)
        found.append(values.reshape(maps.shape[1], height, ny, width, nx).sum((2, 4)) / max(ny * nx, 1))
    return torch.stack(found) if found else maps.new_zeros((0, maps.shape[1], height, width)) + 0 * maps.sum()


_library.impl("nms", _nms, "CPU")
import torchvision.models.detection  # noqa: E402

sys.modules["torchvision.ops.boxes"]._assert_has_ops = lambda: None
for _module in ("torchvision.ops.roi_align", "torchvision.ops.poolers", "torchvision.models.detection.roi_heads"):
    sys.modules[_module].roi_align = _roi_align
torchvision.ops.roi_align = _roi_align
