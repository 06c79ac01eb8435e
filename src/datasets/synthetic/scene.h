// An image with several shapes that partly occlude each other, and its exact ground truth.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "datasets/synthetic/trace.h"
#include "imaging/sample.h"

namespace goetia {

struct SceneObject {
    std::int64_t label = 0;
    bool crowd = false;  // many small shapes of one kind that count as one object
};

struct Scene {
    Image image;
    std::vector<SceneObject> objects;  // each with at least one visible pixel
    RegionMap visible;                 // index of the object visible at each pixel centre
};

struct SceneOptions {
    std::vector<std::size_t> kinds;  // shape kinds, by label
    int size = 64;
    std::int64_t first = 0;  // label of an object that is guaranteed to be present
    bool crowds = true;      // occasionally; needs 64 pixels
};

Scene draw_scene(const SceneOptions& options, Random& random);

// The objects as annotations: boxes of the visible part; if `outlined`, with polygons, or with runs if there is a hole.
// A crowd always has runs.
std::vector<Instance> annotate(const Scene& scene, bool outlined);

// A single channel: 0 for the background, label + 1 for objects.
Image class_mask(const Scene& scene);

}  // namespace goetia
