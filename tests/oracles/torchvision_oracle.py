"""torchvision as an oracle beside a CPU build of torch: `from torchvision_oracle import torchvision`.

Its compiled operators want CUDA; its models and transforms need no more than that the operators' names exist.
"""
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
