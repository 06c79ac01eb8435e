// The sizes of YOLOv8 and YOLOv10, in one table: how deep, how wide, and of which blocks backbone and neck are made.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "component/args.h"
#include "component/schema.h"
#include "learn/layers/c2f.h"

namespace goetia {

// The part of a network that a size decides, after what the document overrides.
struct YoloShape {
    std::int64_t version = 8;
    double depth = 0, width = 0;
    std::int64_t max_channels = 0;
    std::array<C2fKind, 4> backbone{}, neck{};  // the kind of each stage's blocks

    [[nodiscard]] std::int64_t channels(std::int64_t stage) const;  // 0 to 4: at strides of 2 to 32
    [[nodiscard]] std::int64_t repeats(std::int64_t count) const;   // of the block that the full size has `count` of
};

enum class YoloPart { kBackbone, kNeck };

// "version", "size", "depth" and "blocks", which backbone and neck share; `part` says whose blocks these are.
Schema with_yolo_size_params(Schema schema, YoloPart part);
// An Error where the version has no such size.
Result<YoloShape> yolo_shape(const Args& args, YoloPart part);

}  // namespace goetia
