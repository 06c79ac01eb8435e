"""The plain choices of augmentation (none, flip, color, scale, random), as composed by the config and as applied."""

import json
import subprocess

import numpy as np
from PIL import Image

from transforms_test import GOETIA, T, annotated, assert_near, photo, run


def chosen(folder, name):
    """The training steps after LoadImage of `augmentation: NAME`."""
    config = folder / "experiment.yaml"
    config.write_text(f"defaults:\n  - /augmentation: {name}\n  - _self_\n")
    done = subprocess.run([GOETIA, "--json", "config", "show", "--config", config], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout.splitlines()[-1])["document"]["augmentation"]["train"]["pipeline"]
    assert steps[0]["type"] == "LoadImage" and [step["type"] for step in steps[-2:]] == ["ToTensor", "Normalize"]
    return steps[1:]


def prepared(image):
    return T.CenterCrop(224)(T.Resize(256)(image))


def test_no_augmentation_keeps_the_image(tmp_path):
    image = photo(300, 260)
    theirs = T.Compose([prepared, T.ToTensor(), T.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])(image).numpy()
    levels = np.abs(run(tmp_path, image, *chosen(tmp_path, "none")) - theirs) * np.reshape([0.229, 0.224, 0.225], (3, 1, 1)) * 255
    assert (levels <= 1.01).mean() >= 0.999


def test_the_choice_flip_flips_half_of_the_images(tmp_path):
    image, steps = photo(300, 260), chosen(tmp_path, "flip")[:-2]
    plain = np.asarray(prepared(image))
    mirrored = 0
    for seed in range(30):
        ours = run(tmp_path, image, *steps, seed=seed)
        turned = np.abs(ours.astype(int) - plain[:, ::-1]).mean() < np.abs(ours.astype(int) - plain).mean()
        assert_near(ours, plain[:, ::-1] if turned else plain)
        mirrored += turned
    assert 6 <= mirrored <= 24


def test_the_choice_color_changes_colours_and_moves_nothing(tmp_path):
    image = Image.new("RGB", (256, 256), (180, 90, 60))
    image.paste((40, 120, 200), (100, 80, 180, 200))
    steps = chosen(tmp_path, "color")[:-2]
    plain = np.asarray(prepared(image))
    inside = (plain == plain[112, 112]).all(-1)
    before, seen = np.asarray(Image.fromarray(plain).convert("HSV"))[0, 0].astype(int), []
    for seed in range(12):
        ours = run(tmp_path, image, *steps, seed=seed)
        assert (ours[inside] == ours[112, 112]).all() and (ours[~inside] == ours[0, 0]).all()
        hue, saturation, value = np.asarray(Image.fromarray(ours).convert("HSV"))[0, 0].astype(int)
        assert abs((hue - before[0] + 128) % 256 - 128) <= 0.02 * 256 + 2
        assert 0.5 - 0.02 <= saturation / before[1] <= 1.5 and 0.7 - 0.02 <= value / before[2] <= 1.3 + 0.02
        seen.append((saturation, value))
    assert len(set(seen)) > 8


def augmented_with_mapping(folder, image, steps, seed):
    """The augmented image and its mapping of positions, x' = scale * x + shift, for x and y."""
    points = [[100.0, 100.0, 2], [140.0, 130.0, 2]]
    ours, made, _ = annotated(folder, image, [{"key_points": points}], *steps, seed=seed)
    (x0, y0, _), (x1, y1, _) = made[0]["key_points"]
    across, down = (x1 - x0) / 40, (y1 - y0) / 30
    return ours, (across, x0 - 100 * across), (down, y0 - 100 * down)


def as_moved(image, across, down):
    to_old = [1 / across[0], 0, -across[1] / across[0], 0, 1 / down[0], -down[1] / down[0]]
    return np.asarray(image.transform(image.size, Image.Transform.AFFINE, to_old, Image.Resampling.BILINEAR))


def assert_moved(ours, theirs):
    near = np.abs(ours.astype(int) - theirs.astype(int)) <= 2   # the mapping is only known to a thousandth of a pixel
    assert near.mean() >= 0.99, near.mean()


def test_the_choice_scale_scales_about_the_centre(tmp_path):
    image, steps, seen = photo(256, 256), chosen(tmp_path, "scale")[:-2], []
    for seed in range(10):
        ours, across, down = augmented_with_mapping(tmp_path, image, steps, seed)
        # 16 pixels are cut off on each side, then the scaling keeps the middle.
        assert 0.75 - 1e-3 <= across[0] <= 1.33 + 1e-3 and abs(across[0] - down[0]) < 1e-3
        assert abs(across[1] + 16 * across[0] - 112 * (1 - across[0])) < 0.05
        moved = [(scale, shift + 16 * scale) for scale, shift in (across, down)]
        assert_moved(ours, as_moved(prepared(image), *moved))
        seen.append(across[0])
    assert min(seen) < 0.95 and max(seen) > 1.05


def test_the_choice_random_scales_flips_and_shifts_together(tmp_path):
    image, steps, seen = photo(256, 256), chosen(tmp_path, "random")[:-2], []
    for seed in range(24):
        ours, across, down = augmented_with_mapping(tmp_path, image, steps, seed)
        assert 0.6 - 1e-3 <= down[0] <= 1.6 + 1e-3 and abs(abs(across[0]) - down[0]) < 1e-3
        moved = [(scale, shift + 16 * scale) for scale, shift in (across, down)]
        middle = [scale * 112 + shift - 112 for scale, shift in moved]
        assert max(map(abs, middle)) <= 0.1 * 224 + 0.6
        assert_moved(ours, as_moved(prepared(image), *moved))
        seen.append((across[0] < 0, abs(down[0] - 1) > 1e-3))
    assert {(mirrored, scaled) for mirrored, scaled in seen} == {(False, False), (False, True), (True, False), (True, True)}
