#include "learn/yolo/yolo_sizes.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "base/json.h"

namespace goetia {
namespace {

constexpr auto kBlock = C2fKind::kBottleneck, kCib = C2fKind::kCib, kLarge = C2fKind::kLargeCib;
constexpr std::array kPlain{kBlock, kBlock, kBlock, kBlock};

const std::map<std::int64_t, std::map<std::string, YoloShape>>& sizes() {
    static const std::map<std::int64_t, std::map<std::string, YoloShape>> known{
        {8,
         {{"n", {8, 0.33, 0.25, 1024, kPlain, kPlain}},
          {"s", {8, 0.33, 0.50, 1024, kPlain, kPlain}},
          {"m", {8, 0.67, 0.75, 768, kPlain, kPlain}},
          {"l", {8, 1.00, 1.00, 512, kPlain, kPlain}},
          {"x", {8, 1.00, 1.25, 512, kPlain, kPlain}}}},
        {10,
         {{"n", {10, 0.33, 0.25, 1024, kPlain, {kBlock, kBlock, kBlock, kLarge}}},
          {"s", {10, 0.33, 0.50, 1024, {kBlock, kBlock, kBlock, kLarge}, {kBlock, kBlock, kBlock, kLarge}}},
          {"m", {10, 0.67, 0.75, 768, {kBlock, kBlock, kBlock, kCib}, {kBlock, kBlock, kCib, kCib}}},
          {"b", {10, 0.67, 1.00, 512, {kBlock, kBlock, kBlock, kCib}, {kCib, kBlock, kCib, kCib}}},
          {"l", {10, 1.00, 1.00, 512, {kBlock, kBlock, kBlock, kCib}, {kCib, kBlock, kCib, kCib}}},
          {"x", {10, 1.00, 1.25, 512, {kBlock, kBlock, kCib, kCib}, {kCib, kBlock, kCib, kCib}}}}},
    };
    return known;
}

const std::vector<std::string> kKindNames{"c2f", "c2f_cib", "c2f_cib_large"};

C2fKind kind_named(const std::string& name) {
    return static_cast<C2fKind>(std::ranges::find(kKindNames, name) - kKindNames.begin());
}

}  // namespace

std::int64_t YoloShape::channels(std::int64_t stage) const {
    const auto full = static_cast<double>(std::min(std::int64_t{64} << stage, max_channels));
    return static_cast<std::int64_t>(std::ceil(full * width / 8)) * 8;
}

std::int64_t YoloShape::repeats(std::int64_t count) const {
    return std::max<std::int64_t>(1, std::lround(static_cast<double>(count) * depth));
}

Schema with_yolo_size_params(Schema schema, YoloPart part) {
    return std::move(schema)
        .with(integer("version", "whose network: that of YOLOv8 or of YOLOv10").between(8, 10).fallback(8))
        .with(text("size",
                   "a row of the table of sizes: how deep and wide it is and which blocks it has; b is of "
                   "YOLOv10 only")
                  .one_of({"n", "s", "m", "b", "l", "x"})
                  .fallback("n"))
        .with(number("depth", "factor on how often blocks are repeated; null: as the size says").above(0).or_null())
        .with(texts("blocks", part == YoloPart::kBackbone
                                  ? "the blocks at strides 4, 8, 16 and 32; null: as version and size say"
                                  : "the blocks at strides 16, 8, 16 and 32, in the order of the computation; null: as "
                                    "version and size say")
                  .one_of(kKindNames)
                  .length(4)
                  .or_null());
}

Result<YoloShape> yolo_shape(const Args& args, YoloPart part) {
    const auto version = sizes().find(args.integer("version"));
    if (version == sizes().end()) return invalid("'version' is {}; allowed: 8 or 10", args.integer("version"));
    const auto size = version->second.find(args.text("size"));
    if (size == version->second.end()) {
        std::string known;
        for (const auto& [name, shape] : version->second) known += (known.empty() ? "" : ", ") + name;
        return invalid("YOLOv{} has no size '{}'; allowed: {}", version->first, args.text("size"), known);
    }
    YoloShape shape = size->second;
    if (!args.is_null("depth")) shape.depth = args.number("depth");
    if (!args.is_null("blocks")) {
        auto& blocks = part == YoloPart::kBackbone ? shape.backbone : shape.neck;
        std::ranges::transform(args.list<std::string>("blocks"), blocks.begin(), kind_named);
    }
    return shape;
}

}  // namespace goetia
