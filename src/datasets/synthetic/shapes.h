// A reproducible image set that can be generated anywhere: one coloured shape on a noisy background per image, in
// ImageNet folder layout. The same options give the same bytes on any number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/random.h"
#include "base/result.h"
#include "base/stop.h"
#include "imaging/sample.h"

namespace goetia {

struct ShapesPlan {
    std::int64_t images = 2000;  // in both splits; class counts differ by at most one
    std::int64_t classes = 8;
    int size = 64;  // width and height in pixels
    std::uint64_t seed = 0;
    bool png = false;  // else JPEG
    int threads = 0;   // 0: one per core
};

// An image of the shape `kind` (an index into shape_names()).
Image draw_shape(std::size_t kind, int size, Random& random);

struct SplitSizes {
    std::int64_t train = 0;
    std::int64_t val = 0;
};

// Reports all faults of a plan at once; `kinds` is the number of shapes that its classes need.
Status check_plan(const ShapesPlan& plan, std::int64_t kinds);

// Writes <output>/{train,val}/<class>/<class>_00000.jpg and <output>/meta/{classes,train,val}.txt; a fifth of each
// class is in val. The folder is built next to its final path and renamed when complete, so an interrupted call leaves
// nothing. A non-empty existing folder is refused. `on_progress` is called from the calling thread with the number of
// finished images.
Result<SplitSizes> make_shapes(const ShapesPlan& plan, const std::filesystem::path& output,
                               const std::function<void(std::int64_t done, std::int64_t all)>& on_progress = {},
                               const StopToken& stop = {});

}  // namespace goetia
