"""Images of every kind against Pillow: BMP, WebP, TIFF and PNG, transparency over a background, orientation, grey.

Equal to the level where the format says the levels; within one where a library rounds (16 bits, inks, alpha).
"""

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from transforms_test import GOETIA, assert_near, assert_same, photo, run
import json
import subprocess


def load(folder, file, **options):
    done = subprocess.run(
        [GOETIA, "dataset", "transform", "--pipeline", json.dumps([{"type": "LoadImage", **options}]), "--image", file, "--output", folder / "out.npy"],
        capture_output=True, text=True,
    )
    assert done.returncode == 0, done.stderr
    return np.load(folder / "out.npy")


def refused(folder, file):
    done = subprocess.run(
        [GOETIA, "dataset", "transform", "--pipeline", '[{"type": "LoadImage"}]', "--image", file, "--output", folder / "out.npy"],
        capture_output=True, text=True,
    )
    assert done.returncode == 3, f"{done.returncode}: {done.stderr}"
    return done.stderr


def glass(width=41, height=29):
    """Colours under every share of transparency."""
    image = photo(width, height).convert("RGBA")
    alpha = np.linspace(0, 255, width).astype(np.uint8)[None].repeat(height, 0)
    image.putalpha(Image.fromarray(alpha))
    return image


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(31, 22), (32, 7), (1, 1)], ids=str)
def test_bmp(tmp_path, mode, size):
    photo(*size).convert(mode).save(tmp_path / "x.bmp")
    assert_same(load(tmp_path, tmp_path / "x.bmp"), Image.open(tmp_path / "x.bmp").convert("RGB"))


def test_bmp_from_the_top_and_of_16_bits(tmp_path):
    levels = np.random.default_rng(0).integers(0, 32768, (6, 5)).astype("<u2")
    rows = np.zeros((6, 6), "<u2")   # each row fills complete groups of four bytes
    rows[:, :5] = levels
    header = b"BM" + np.array([54 + rows.nbytes, 0, 54, 40, 5], "<u4").tobytes() + np.array([-6], "<i4").tobytes()
    header += np.array([1, 16], "<u2").tobytes() + np.zeros(6, "<u4").tobytes()
    (tmp_path / "x.bmp").write_bytes(header + rows.tobytes())
    assert_near(load(tmp_path, tmp_path / "x.bmp"), Image.open(tmp_path / "x.bmp").convert("RGB"))


def test_bmp_of_runs(tmp_path):
    pixels = bytes([3, 1, 2, 2, 0, 0, 0, 3, 1, 2, 1, 0, 2, 1, 0, 1])   # 111 22, then 1 2 1 as they stand and 11
    palette = bytes([0, 0, 0, 0, 10, 20, 30, 0, 40, 50, 60, 0]) + bytes(4 * 253)
    header = b"BM" + np.array([54 + 1024 + len(pixels), 0, 54 + 1024, 40, 5, 2], "<u4").tobytes()
    header += np.array([1, 8], "<u2").tobytes() + np.array([1, len(pixels), 0, 0, 256, 0], "<u4").tobytes()
    (tmp_path / "x.bmp").write_bytes(header + palette + pixels)
    assert_same(load(tmp_path, tmp_path / "x.bmp"), Image.open(tmp_path / "x.bmp").convert("RGB"))


@pytest.mark.parametrize("options", [{"lossless": True}, {"quality": 90}, {"quality": 30}], ids=str)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_webp(tmp_path, mode, options):
    (glass() if mode == "RGBA" else photo(41, 29)).save(tmp_path / "x.webp", exact=True, **options)
    assert_near(load(tmp_path, tmp_path / "x.webp"), Image.open(tmp_path / "x.webp").convert("RGB"))


TIFFS = [
    *[(mode, {}) for mode in ("1", "L", "P", "RGB", "RGBA", "LA", "CMYK")],
    *[("RGB", {"compression": kind}) for kind in ("tiff_lzw", "tiff_adobe_deflate", "packbits")],
    ("RGB", {"compression": "jpeg", "quality": 95}),
    ("1", {"compression": "group4"}),
]


@pytest.mark.parametrize("mode,options", TIFFS, ids=str)
def test_tiff(tmp_path, mode, options):
    image = glass() if mode in ("RGBA", "LA") else photo(41, 29)
    image.convert(mode).save(tmp_path / "x.tif", **options)
    assert_near(load(tmp_path, tmp_path / "x.tif"), Image.open(tmp_path / "x.tif").convert("RGB"))


def test_tiff_of_16_bits_keeps_the_upper_8(tmp_path):
    levels = np.random.default_rng(0).integers(0, 65536, (20, 30)).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "x.tif")
    assert_near(load(tmp_path, tmp_path / "x.tif"), np.repeat((levels >> 8).astype(np.uint8)[..., None], 3, -1))


def test_tiff_of_tiles(tmp_path):
    pixels = np.asarray(photo(64, 48))
    entries, tiles, at = [], [], 8
    for y in range(0, 48, 16):
        for x in range(0, 64, 16):
            tiles.append(pixels[y : y + 16, x : x + 16].tobytes())
    offsets = [at + 768 * i for i in range(12)]
    end = at + 768 * 12
    bits, places, lengths = end, end + 6, end + 6 + 48
    fields = [(256, 3, 1, 64), (257, 3, 1, 48), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2), (277, 3, 1, 3), (284, 3, 1, 1),
              (322, 3, 1, 16), (323, 3, 1, 16), (324, 4, 12, places), (325, 4, 12, lengths)]
    entries = b"".join(np.array([tag, kind], "<u2").tobytes() + np.array([count, value], "<u4").tobytes() for tag, kind, count, value in fields)
    body = b"".join(tiles) + np.array([8, 8, 8], "<u2").tobytes() + np.array(offsets + [768] * 12, "<u4").tobytes()
    directory = 8 + len(body)
    file = b"II*\0" + np.array([directory], "<u4").tobytes() + body + np.array([len(fields)], "<u2").tobytes() + entries + bytes(4)
    (tmp_path / "x.tif").write_bytes(file)
    assert_same(load(tmp_path, tmp_path / "x.tif"), pixels)


@pytest.mark.parametrize("suffix", ["png", "webp", "tif", "bmp"])
@pytest.mark.parametrize("background", [[255, 255, 255], [0, 0, 0], [10, 200, 90]], ids=str)
def test_transparency_over_a_background(tmp_path, suffix, background):
    image = glass()
    file = tmp_path / f"x.{suffix}"
    image.save(file, **({"lossless": True, "exact": True} if suffix == "webp" else {}))
    if suffix == "bmp" and Image.open(file).mode != "RGBA":
        image = Image.open(file).convert("RGBA")
    under = Image.new("RGBA", image.size, (*background, 255))
    assert_near(load(tmp_path, file, background=background), Image.alpha_composite(under, image).convert("RGB"))


@pytest.mark.parametrize("suffix", ["webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(tmp_path, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / f"x.{suffix}"
    photo(48, 32).save(file, exif=exif, **({"lossless": True} if suffix == "webp" else {}))
    assert_near(load(tmp_path, file), ImageOps.exif_transpose(Image.open(file)).convert("RGB"))


def test_what_the_model_declares(tmp_path):
    image = photo(20, 10)
    image.save(tmp_path / "x.png")
    assert_same(load(tmp_path, tmp_path / "x.png", color_type="bgr"), np.asarray(image)[..., ::-1])
    assert_same(load(tmp_path, tmp_path / "x.png", color_type="gray")[..., 0], image.convert("L"))


@pytest.mark.parametrize("suffix,options", [("bmp", {}), ("webp", {"lossless": True}), ("webp", {"quality": 80}), ("tif", {}), ("tif", {"compression": "tiff_lzw"}), ("png", {}), ("jpg", {})], ids=str)
def test_files_cut_short_or_damaged_are_refused_and_never_crash(tmp_path, suffix, options):
    photo(64, 48).save(tmp_path / f"whole.{suffix}", **options)
    complete = (tmp_path / f"whole.{suffix}").read_bytes()
    file = tmp_path / f"x.{suffix}"
    for length in np.linspace(13, len(complete) - 30, 12).astype(int):
        file.write_bytes(complete[:length])
        assert "cannot decode" in refused(tmp_path, file), length
    random = np.random.default_rng(1)
    for _ in range(25):
        damaged = bytearray(complete)
        for place in random.integers(0, min(len(complete), 600), 3):
            damaged[place] ^= int(random.integers(1, 256))
        file.write_bytes(damaged)
        done = subprocess.run([GOETIA, "dataset", "transform", "--pipeline", '[{"type": "LoadImage"}]', "--image", file, "--output", tmp_path / "out.npy"], capture_output=True, text=True)
        assert done.returncode in (0, 3), f"{done.returncode}: {done.stderr}"


def test_headers_that_promise_too_much_are_refused(tmp_path):
    image = io.BytesIO()
    photo(8, 8).save(image, "bmp")
    huge = bytearray(image.getvalue())
    huge[18:26] = np.array([65535, 65535], "<i4").tobytes()
    (tmp_path / "x.bmp").write_bytes(huge)
    assert "at most 178956970 pixels are decoded" in refused(tmp_path, tmp_path / "x.bmp")
