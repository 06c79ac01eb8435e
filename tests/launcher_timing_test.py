"""A second call of ./goetia costs next to nothing, with all of src/ to check."""

import shutil
import time

from launcher_kit import ROOT, Checkout


def test_a_later_call_adds_less_than_30_ms(tmp_path):
    checkout = Checkout(tmp_path)
    shutil.rmtree(checkout.folder / "src")
    shutil.copytree(ROOT / "src", checkout.folder / "src")
    checkout.goetia("setup")

    def fastest(call):
        taken = []
        for _ in range(20):
            begun = time.perf_counter()
            call()
            taken.append(time.perf_counter() - begun)
        return min(taken)

    through_launcher = fastest(lambda: checkout.goetia("x"))
    checkout.calls()
    assert through_launcher < 0.030, f"{through_launcher * 1000:.1f} ms"
    assert checkout.calls() == []
