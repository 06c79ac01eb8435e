"""The peers of `goetia bench score`: reads COCO's files and computes its twelve numbers.

Prints one JSON object: the CPU seconds of reading, evaluating, accumulating and summarising, without those of starting
Python and importing the peer; and the numbers.
"""
import argparse
import contextlib
import importlib.metadata
import io
import json
import time


def tools_of(peer):
    if peer == "pycocotools":
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval
    elif peer == "faster-coco-eval":
        from faster_coco_eval import COCO
        from faster_coco_eval import COCOeval_faster as COCOeval
    else:
        from hotcoco import COCO, COCOeval
    return COCO, COCOeval


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--peer", required=True, choices=["pycocotools", "faster-coco-eval", "hotcoco"])
    for name in ("truth", "predictions"):
        parser.add_argument(f"--{name}", required=True)
    a = parser.parse_args()
    COCO, COCOeval = tools_of(a.peer)
    with contextlib.redirect_stdout(io.StringIO()):
        begun = time.process_time()
        truth = COCO(a.truth)
        found = (truth.loadRes if hasattr(truth, "loadRes") else truth.load_res)(a.predictions)
        scored = COCOeval(truth, found, "bbox")
        scored.evaluate()
        scored.accumulate()
        scored.summarize()
        spent = time.process_time() - begun
    print(json.dumps({"cpu_seconds": spent, "stats": [float(value) for value in scored.stats][:12],
                      "version": importlib.metadata.version(a.peer)}))


if __name__ == "__main__":
    main()
