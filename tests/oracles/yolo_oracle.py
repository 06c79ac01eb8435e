"""YOLOv8, YOLOv8-seg and YOLOv10 once more, in PyTorch, straight from the published tables: what Goetia's are compared with.

Everything is a function of (net, name, maps); `Net` draws a weight at random when its name is first used, so the parameters
are those that the computation needs, by Goetia's names. No structure is shared with the C++ code.
"""

import math

import torch
import torch.nn.functional as F

# size: depth, width, most channels
V8 = {"n": (0.33, 0.25, 1024), "s": (0.33, 0.50, 1024), "m": (0.67, 0.75, 768), "l": (1.0, 1.0, 512), "x": (1.0, 1.25, 512)}
V10 = V8 | {"b": (0.67, 1.0, 512)}
# Of layers 6, 8, 13, 19 and 22 of YOLOv10: f is C2f, c C2fCIB, L the same with the large kernel.
V10_BLOCKS = {"n": "ffffL", "s": "fLffL", "m": "fcfcc", "b": "fcccc", "l": "fcccc", "x": "ccccc"}


class Net:
    """Weights by name, and whether the norms take the batch's statistics."""

    def __init__(self, seed=0):
        self.random = torch.Generator().manual_seed(seed)
        self.parameters, self.buffers, self.training = {}, {}, False

    def parameter(self, name, make):
        if name not in self.parameters:
            self.parameters[name] = make().requires_grad_(True)
        return self.parameters[name]

    def buffer(self, name, make):
        return self.buffers.setdefault(name, make())

    def normal(self, *shape, deviation=1.0, mean=0.0):
        return torch.randn(shape, generator=self.random) * deviation + mean

    def state(self):
        return {name: tensor.detach() for name, tensor in (self.parameters | self.buffers).items()}


def plain_conv(net, name, x, out, kernel=1, stride=1, groups=1, bias=True, start=0.0):
    fan = x.shape[1] // groups * kernel * kernel
    weight = net.parameter(f"{name}.weight", lambda: net.normal(out, x.shape[1] // groups, kernel, kernel, deviation=fan**-0.5))
    shift = net.parameter(f"{name}.bias", lambda: net.normal(out, deviation=0.3, mean=start)) if bias else None
    return F.conv2d(x, weight, shift, stride, kernel // 2, groups=groups)


def conv(net, name, x, out, kernel=1, stride=1, groups=1, act=True):
    x = plain_conv(net, f"{name}.conv", x, out, kernel, stride, groups, bias=False)
    bn = f"{name}.bn"
    mean = net.buffer(f"{bn}.running_mean", lambda: net.normal(out, deviation=0.1))
    variance = net.buffer(f"{bn}.running_var", lambda: torch.rand(out, generator=net.random) + 0.5)
    net.buffer(f"{bn}.num_batches_tracked", lambda: torch.zeros((), dtype=torch.int64))
    scale = net.parameter(f"{bn}.weight", lambda: net.normal(out, deviation=0.1, mean=1.2))
    shift = net.parameter(f"{bn}.bias", lambda: net.normal(out, deviation=0.1))
    x = F.batch_norm(x, mean, variance, scale, shift, net.training, 0.03, 1e-3)
    return F.silu(x) if act else x


def dw(net, name, x, kernel=3, stride=1, act=True):
    return conv(net, name, x, x.shape[1], kernel, stride, x.shape[1], act)


def bottleneck(net, name, x, shortcut):
    c = x.shape[1]
    y = conv(net, f"{name}.cv2", conv(net, f"{name}.cv1", x, c, 3), c, 3)
    return x + y if shortcut else y


def cib(net, name, x, large):
    c = x.shape[1]
    y = conv(net, f"{name}.cv1.1", dw(net, f"{name}.cv1.0", x), 2 * c)
    if large:
        y = F.silu(dw(net, f"{name}.cv1.2.conv", y, 7, act=False) + dw(net, f"{name}.cv1.2.conv1", y, 3, act=False))
    else:
        y = dw(net, f"{name}.cv1.2", y)
    return x + dw(net, f"{name}.cv1.4", conv(net, f"{name}.cv1.3", y, c))


def c2f(net, name, x, out, n, shortcut, kind="f"):
    pieces = list(conv(net, f"{name}.cv1", x, out).split(out // 2, dim=1))
    for i in range(n):
        last = pieces[-1]
        pieces.append(bottleneck(net, f"{name}.m.{i}", last, shortcut) if kind == "f" else cib(net, f"{name}.m.{i}", last, kind == "L"))
    return conv(net, f"{name}.cv2", torch.cat(pieces, 1), out)


def sppf(net, name, x):
    c = x.shape[1]
    a = conv(net, f"{name}.cv1", x, c // 2)
    b = F.max_pool2d(a, 5, 1, 2)
    d = F.max_pool2d(b, 5, 1, 2)
    return conv(net, f"{name}.cv2", torch.cat([a, b, d, F.max_pool2d(d, 5, 1, 2)], 1), c)


def scdown(net, name, x, out):
    return dw(net, f"{name}.cv2", conv(net, f"{name}.cv1", x, out), 3, 2, act=False)


def attention(net, name, x):
    rows, c, height, width = x.shape
    heads = max(1, c // 64)
    size = c // heads
    key = int(0.5 * size)
    qkv = conv(net, f"{name}.qkv", x, c + 2 * heads * key, act=False).reshape(rows, heads, 2 * key + size, height * width)
    q, k, v = qkv[:, :, :key], qkv[:, :, key : 2 * key], qkv[:, :, 2 * key :]
    weights = torch.softmax(torch.einsum("bhkn,bhkm->bhnm", q, k) * key**-0.5, dim=-1)
    seen = torch.einsum("bhvm,bhnm->bhvn", v, weights).reshape(rows, c, height, width)
    return conv(net, f"{name}.proj", seen + dw(net, f"{name}.pe", v.reshape(rows, c, height, width), act=False), c, act=False)


def psa(net, name, x):
    c = x.shape[1]
    a, b = conv(net, f"{name}.cv1", x, c).chunk(2, 1)
    b = b + attention(net, f"{name}.attn", b)
    b = b + conv(net, f"{name}.ffn.1", conv(net, f"{name}.ffn.0", b, c), c // 2, act=False)
    return conv(net, f"{name}.cv2", torch.cat([a, b], 1), c)


def trunk(net, x, version, size, width=None):
    """The three maps that the head reads: layers 0-21 of YOLOv8's table or 0-22 of YOLOv10's."""
    depth, own_width, most = (V8 if version == 8 else V10)[size]
    kinds = "fffff" if version == 8 else V10_BLOCKS[size]
    ch = [math.ceil(min(base, most) * (width or own_width) / 8) * 8 for base in (64, 128, 256, 512, 1024)]
    n3, n6 = max(round(3 * depth), 1), max(round(6 * depth), 1)

    def layer(number):
        return f"{'backbone' if number < (10 if version == 8 else 11) else 'neck'}.{number}"

    def block(number, x, out, n, kind, in_neck=False):
        return c2f(net, layer(number), x, out, n, kind != "f" or not in_neck, kind)

    def down(number, x, out, separable):
        return scdown(net, layer(number), x, out) if separable else conv(net, layer(number), x, out, 3, 2)

    def up(x):
        return F.interpolate(x, scale_factor=2, mode="nearest")

    v10 = version == 10
    x = block(2, conv(net, layer(1), conv(net, layer(0), x, ch[0], 3, 2), ch[1], 3, 2), ch[1], n3, "f")
    x4 = block(4, conv(net, layer(3), x, ch[2], 3, 2), ch[2], n6, "f")
    x6 = block(6, down(5, x4, ch[3], v10), ch[3], n6, kinds[0])
    x9 = sppf(net, layer(9), block(8, down(7, x6, ch[4], v10), ch[4], n3, kinds[1]))
    if v10:
        x9 = psa(net, layer(10), x9)
    o = 1 if v10 else 0
    a = block(12 + o, torch.cat([up(x9), x6], 1), ch[3], n3, kinds[2], True)
    p3 = block(15 + o, torch.cat([up(a), x4], 1), ch[2], n3, "f", True)
    p4 = block(18 + o, torch.cat([down(16 + o, p3, ch[2], False), a], 1), ch[3], n3, kinds[3], True)
    p5 = block(21 + o, torch.cat([down(19 + o, p4, ch[3], v10), x9], 1), ch[4], n3, kinds[4], True)
    return [p3, p4, p5]


def tower(net, name, x, hidden, out, light=False, start=0.0):
    for i in range(2):
        if light:
            x = conv(net, f"{name}.{i}.1", dw(net, f"{name}.{i}.0", x), hidden)
        else:
            x = conv(net, f"{name}.{i}", x, hidden, 3)
    return plain_conv(net, f"{name}.2", x, out, start=start)


def flat(maps):
    return torch.cat([m.flatten(2) for m in maps], 2).transpose(1, 2)


def branch(net, name, maps, classes, light=False):
    c3 = maps[0].shape[1]
    box = [tower(net, f"{name}.box.{i}", m, max(16, c3 // 4, 64), 64, start=1.0) for i, m in enumerate(maps)]
    cls = [tower(net, f"{name}.cls.{i}", m, max(c3, min(classes, 100)), classes, light, start=-1.0) for i, m in enumerate(maps)]
    return torch.cat([flat(box), flat(cls)], 2)


def heads(net, maps, version, classes, seg=False):
    """What the head says: of YOLOv8 (raw, prototypes or None), of YOLOv10 (one-to-one, one-to-many)."""
    net.buffer("head.dfl.conv.weight", lambda: torch.arange(16.0).reshape(1, 16, 1, 1))
    if version == 10:
        return branch(net, "head.one2one", [m.detach() for m in maps], classes, True), branch(net, "head.one2many", maps, classes, True)
    raw = branch(net, "head.branch", maps, classes)
    if not seg:
        return raw, None
    c3 = maps[0].shape[1]
    raw = torch.cat([raw, flat([tower(net, f"head.coefficients.{i}", m, max(c3 // 4, 32), 32) for i, m in enumerate(maps)])], 2)
    y = conv(net, "head.proto.cv1", maps[0], c3, 3)
    weight = net.parameter("head.proto.upsample.weight", lambda: net.normal(c3, c3, 2, 2, deviation=(4 * c3) ** -0.5))
    y = F.conv_transpose2d(y, weight, net.parameter("head.proto.upsample.bias", lambda: net.normal(c3, deviation=0.1)), 2)
    return raw, conv(net, "head.proto.cv3", conv(net, "head.proto.cv2", y, c3, 3), 32)


def grid(height, width):
    """Centre and stride in pixels of each place of rows of this size: [places, 2], [places, 1]."""
    centres, strides = [], []
    for stride in (8, 16, 32):
        y, x = torch.meshgrid(torch.arange(height // stride) + 0.5, torch.arange(width // stride) + 0.5, indexing="ij")
        centres.append(torch.stack([x.flatten(), y.flatten()], 1) * stride)
        strides.append(torch.full((centres[-1].shape[0], 1), float(stride)))
    return torch.cat(centres), torch.cat(strides)


def boxes_of(raw, height, width):
    centre, stride = grid(height, width)
    distance = (raw[..., :64].reshape(*raw.shape[:-1], 4, 16).softmax(-1) * torch.arange(16.0)).sum(-1) * stride
    return torch.cat([centre - distance[..., :2], centre + distance[..., 2:]], -1)


def ciou(a, b):
    """Of boxes side by side: overlap less the distance of the centres and the difference of the shapes."""
    w = (torch.minimum(a[..., 2], b[..., 2]) - torch.maximum(a[..., 0], b[..., 0])).clamp(min=0)
    h = (torch.minimum(a[..., 3], b[..., 3]) - torch.maximum(a[..., 1], b[..., 1])).clamp(min=0)
    wa, ha, wb, hb = a[..., 2] - a[..., 0], a[..., 3] - a[..., 1], b[..., 2] - b[..., 0], b[..., 3] - b[..., 1]
    iou = w * h / (wa * ha + wb * hb - w * h + 1e-7)
    around = (torch.maximum(a[..., 2], b[..., 2]) - torch.minimum(a[..., 0], b[..., 0])) ** 2 + (torch.maximum(a[..., 3], b[..., 3]) - torch.minimum(a[..., 1], b[..., 1])) ** 2
    apart = ((a[..., 0] + a[..., 2] - b[..., 0] - b[..., 2]) ** 2 + (a[..., 1] + a[..., 3] - b[..., 1] - b[..., 3]) ** 2) / 4
    v = 4 / math.pi**2 * (torch.atan(wb / (hb + 1e-7)) - torch.atan(wa / (ha + 1e-7))) ** 2
    alpha = (v / (1 - iou + v + 1e-7)).detach()
    return iou - apart / (around + 1e-7) - alpha * v


def assign(scores, boxes, centre, objects, labels, topk):
    """The object of each place (-1: none) and how well it suits, one place and object after the other."""
    overlap, metric = torch.zeros(len(objects), len(centre)), torch.zeros(len(objects), len(centre))
    for o, (box, label) in enumerate(zip(objects, labels)):
        inside = (centre[:, 0] > box[0]) & (centre[:, 1] > box[1]) & (centre[:, 0] < box[2]) & (centre[:, 1] < box[3])
        overlap[o] = torch.where(inside, ciou(box.expand_as(boxes), boxes).clamp(min=0), torch.zeros(()))
        metric[o] = scores[:, label] ** 0.5 * overlap[o] ** 6
    owner, suits = torch.full((len(centre),), -1), torch.zeros(len(centre))
    wanted = [[p for p in metric[o].argsort(descending=True)[:topk].tolist() if metric[o, p] > 0] for o in range(len(objects))]
    for p in {p for places in wanted for p in places}:
        owner[p] = max((o for o in range(len(objects)) if p in wanted[o]), key=lambda o: overlap[o, p])
    for o in range(len(objects)):
        mine = owner == o
        if mine.any():
            suits[mine] = metric[o, mine] / metric[o, mine].max() * overlap[o, mine].max()
    return owner, suits


def losses(raw, truth, height, width, classes, topk=10, prototypes=None):
    """{"box", "cls", "dfl"[, "mask"]}, weighted, of a batch; truth: (boxes, labels[, masks]) of each row."""
    centre, stride = grid(height, width)
    boxes, logits = boxes_of(raw, height, width), raw[..., 64 : 64 + classes]
    soft, parts, total, masks = torch.zeros_like(logits), {"box": 0, "dfl": 0}, 0.0, []
    for row, (objects, labels, *shapes) in enumerate(truth):
        owner, suits = assign(logits[row].detach().sigmoid(), boxes[row].detach(), centre, objects, labels, topk)
        for p in (owner >= 0).nonzero()[:, 0].tolist():
            box = objects[owner[p]]
            soft[row, p, labels[owner[p]]] = suits[p]
            total += suits[p]
            parts["box"] += suits[p] * (1 - ciou(boxes[row, p], box))
            target = (torch.cat([centre[p] - box[:2], box[2:] - centre[p]]) / stride[p]).clamp(0, 15)
            left = target.floor().clamp(max=14).long()
            logs = raw[row, p, :64].reshape(4, 16).log_softmax(-1)
            right = target - left
            parts["dfl"] -= suits[p] * ((1 - right) * logs[range(4), left] + right * logs[range(4), left + 1]).mean()
            if shapes:
                masks.append(mask_loss(raw[row, p, 64 + classes :], prototypes[row], box, shapes[0][owner[p]]))
    total = max(float(total), 1.0)
    found = {"box": 7.5 * parts["box"] / total, "dfl": 1.5 * parts["dfl"] / total}
    found["cls"] = 0.5 * F.binary_cross_entropy_with_logits(logits, soft, reduction="sum") / total
    if masks:
        found["mask"] = 7.5 * torch.stack(masks).mean()
    return found


def places_in(box, height, width, stride=4):
    x, y = (torch.arange(width) + 0.5) * stride, (torch.arange(height) + 0.5) * stride
    return ((y > box[1]) & (y < box[3]))[:, None] & ((x > box[0]) & (x < box[2]))[None, :]


def mask_loss(coefficients, prototypes, box, mask):
    logits = torch.einsum("k,khw->hw", coefficients, prototypes)
    share = F.avg_pool2d(mask[None, None].float(), 4)[0, 0]
    each = F.binary_cross_entropy_with_logits(logits, share, reduction="none") * places_in(box, *logits.shape)
    return each.sum() / ((box[2] - box[0]) * (box[3] - box[1]) / 16).clamp(min=1)


def found_mask(coefficients, prototypes, box, height, width):
    share = torch.einsum("k,khw->hw", coefficients, prototypes).sigmoid() * places_in(box, *prototypes.shape[1:])
    return F.interpolate(share[None, None], size=(height, width), mode="bilinear", align_corners=False)[0, 0] >= 0.5
