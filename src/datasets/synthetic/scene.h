// A picture with several shapes that partly hide one another, and what is true of each pixel of it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"
#include "datasets/synthetic/trace.h"
#include "imaging/sample.h"

namespace goetia {

struct SceneObject {
    std::int64_t label = 0;
    bool crowd = false;  // many small shapes of one kind that are not told apart
};

struct Scene {
    Image image;
    std::vector<SceneObject> objects;  // none without a pixel to be seen
    RegionMap seen;                    // the object that is seen at each pixel's centre, by its place in `objects`
};

struct SceneWish {
    std::vector<std::size_t> kinds;  // of shape, by label
    int size = 64;
    std::int64_t first = 0;  // the label of one object that is surely there
    bool crowds = true;      // now and then; needs 64 pixels
};

Scene draw_scene(const SceneWish& wish, Random& random);

// The objects as an annotation says them: boxes of what is seen; `outlined`: with polygons, or runs where there is a
// hole. A crowd is runs always.
std::vector<Instance> annotate(const Scene& scene, bool outlined);

// One channel: 0 for the ground, label + 1 for an object.
Image class_mask(const Scene& scene);

}  // namespace goetia
