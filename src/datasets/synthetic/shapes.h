// A seeded picture set that anybody can make anywhere: one coloured shape on a noisy background to each picture, laid
// out as an ImageNet folder. The same plan gives the same bytes whatever the number of threads.
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
    std::int64_t images = 2000;  // of both splits; each class gets the same number, give or take one
    std::int64_t classes = 8;
    int size = 64;  // pixels, both ways
    std::uint64_t seed = 0;
    bool png = false;  // else JPEG
    int threads = 0;   // 0: as many as the machine has cores
};

// One picture of the shape `kind` (an index of shape_names()).
Image draw_shape(std::size_t kind, int size, Random& random);

struct ShapesMade {
    std::int64_t train = 0;
    std::int64_t val = 0;
};

// All faults of a plan at once; `kinds` is how many shapes its classes need.
Status check_plan(const ShapesPlan& plan, std::int64_t kinds);

// Makes <output>/{train,val}/<class>/<class>_00000.jpg and <output>/meta/{classes,train,val}.txt; a fifth of each class
// is val. It is made beside and renamed when whole, so a broken-off call leaves no half set. An existing folder with
// something in it is refused. `told` hears how many pictures are done, from the calling thread.
Result<ShapesMade> make_shapes(const ShapesPlan& plan, const std::filesystem::path& output,
                               const std::function<void(std::int64_t done, std::int64_t all)>& told = {},
                               const StopToken& stop = {});

}  // namespace goetia
