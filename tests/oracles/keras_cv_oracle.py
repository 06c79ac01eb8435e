"""keras-cv's YOLOv8m with random weights, and what it makes of random images: run in the environment of its own that
keras_cv_long_test.py makes, as `python keras_cv_oracle.py DIR`. It writes into DIR:

    weights.npz            layer/variable: numbers, as Keras lays them out
    images.npy             [rows, height, width, 3]
    logits.npy             [rows, places, 64 + classes]: the distributions of the distances, then the classes before the sigmoid
    boxes.npy, scores.npy  [rows, places, 4] corners in pixels, [rows, places, classes]: what it gives to its suppression
    trained.npz            the norms' statistics after one pass of training, as in weights.npz
    facts.json             its numbers of parameters, and those that it publishes; how many numbers of a channel each norm sees
"""

import json
import pathlib
import sys

import keras
import keras_cv
import numpy as np
import tensorflow as tf

ROWS, HEIGHT, WIDTH, CLASSES, BINS = 2, 128, 160, 20, 16
# Of yolo_v8_m_backbone the package brings only the number of parameters; these, which have that number, it would download.
CHANNELS, DEPTHS, FPN_DEPTH = [96, 192, 384, 576], [2, 4, 4, 2], 2
GAIN, LAST_GAIN = 1.38, 60  # of kernels' variances; with 1.45, numbers and their rounding would grow from layer to layer


class Undecided:
    """Stands where the suppression would: hands on all boxes and scores."""

    bounding_box_format = "xyxy"

    def __call__(self, boxes, scores):
        return boxes, scores


def built():
    shape = (HEIGHT, WIDTH, 3)
    backbone = keras_cv.models.YOLOV8Backbone(
        stackwise_channels=CHANNELS, stackwise_depth=DEPTHS, include_rescaling=False, input_shape=shape)
    detector = keras_cv.models.YOLOV8Detector(
        backbone=backbone, num_classes=CLASSES, bounding_box_format="xyxy", fpn_depth=FPN_DEPTH, prediction_decoder=Undecided())
    return backbone, detector


def layers_of(model):
    return [layer for layer in model._flatten_layers(include_self=False) if layer.weights and not hasattr(layer, "layers")]


def drawn(random, layer, variable):
    """No statistic is a fresh network's; what differs between the places of an image fades little, and shows in the outputs."""
    shape = variable.shape
    if variable.name == "kernel":
        gain = LAST_GAIN if layer.name.endswith("_3_conv") else GAIN
        return random.normal(0, (gain / np.prod(shape[:-1])) ** 0.5, shape)
    if variable.name == "moving_variance":
        return random.uniform(0.5, 1.5, shape)
    if variable.name == "gamma":
        return random.normal(1.2, 0.1, shape)
    if variable.name == "bias" and "_box_" in layer.name:  # near sides are likelier, so that few boxes reach the borders
        return random.normal(0, 0.5, shape) - 0.4 * np.tile(np.arange(BINS), 4)
    return random.normal(0, 0.1, shape)


def randomise(model, seed):
    random = np.random.default_rng(seed)
    for layer in sorted(layers_of(model), key=lambda one: one.name):
        layer.set_weights([drawn(random, layer, variable) for variable in layer.weights])


def drawn_images(seed):
    """Patches of a colour and noise on them: noise alone looks the same everywhere once it is averaged."""
    random = np.random.default_rng(seed)
    patches = random.uniform(0, 0.8, (ROWS, HEIGHT // 16, WIDTH // 16, 3)).repeat(16, 1).repeat(16, 2)
    return (patches + random.uniform(0, 0.2, patches.shape)).astype("float32")


def numbers_of(model):
    return {f"{layer.name}/{variable.name}": variable.numpy() for layer in layers_of(model) for variable in layer.weights}


def evaluated(detector, images):
    """(logits, boxes, scores)"""
    last = [detector.get_layer(f"yolo_v8_head_{level}_class_3_conv").output for level in (1, 2, 3)]
    said, *maps = keras.Model(detector.input, [detector.output, *last])(images, training=False)
    classes = np.concatenate([one.numpy().reshape(len(images), -1, CLASSES) for one in maps], 1)
    boxes, scores = detector.decode_predictions(said, images)
    return np.concatenate([said["boxes"].numpy(), classes], 2), boxes.numpy(), scores.numpy()


def facts_of(backbone, detector):
    published = keras_cv.models.YOLOV8Detector.presets
    trained = sum(int(np.prod(variable.shape)) for variable in detector.trainable_weights)
    seen = {layer.name: int(np.prod(layer.output.shape[1:3])) * ROWS for layer in layers_of(detector) if layer.name.endswith("_bn")}
    return {
        "backbone": backbone.count_params(), "published_backbone": published["yolo_v8_m_backbone"]["metadata"]["params"],
        "detector": detector.count_params(), "published_detector": published["yolo_v8_m_pascalvoc"]["metadata"]["params"],
        "trained": trained, "seen": seen,
    }


def main(folder):
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    backbone, detector = built()
    randomise(detector, seed=1)
    images = drawn_images(seed=2)
    logits, boxes, scores = evaluated(detector, images)
    np.savez(folder / "weights.npz", **numbers_of(detector))
    for name, numbers in (("images", images), ("logits", logits), ("boxes", boxes), ("scores", scores)):
        np.save(folder / f"{name}.npy", numbers)
    (folder / "facts.json").write_text(json.dumps(facts_of(backbone, detector)))
    detector(images, training=True)
    np.savez(folder / "trained.npz", **numbers_of(detector))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
