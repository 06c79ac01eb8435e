// Masks as runs of pixels, in COCO's order and with COCO's rounding: the results equal pycocotools'.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imaging/annotation.h"

namespace goetia {

// `rows`: height x width bytes, row by row; any byte but 0 is inside.
Rle encode_runs(std::span<const std::uint8_t> rows, int height, int width);

// Ones and zeros, row by row. The runs must fit (check_runs).
std::vector<std::uint8_t> decode_runs(const Rle& runs);

// "the runs cover 19 pixels, the image of 4 x 5 has 20"
Status check_runs(const Rle& runs);

// COCO's compressed text form of the counts, as in its JSON files.
std::string compress_counts(std::span<const std::uint32_t> counts);
Result<std::vector<std::uint32_t>> expand_counts(std::string_view text);

std::int64_t area_of(const Rle& runs);
Box box_of(const Rle& runs);  // all 0 when no pixel is inside

// The pixels inside one closed polygon (x0, y0, x1, y1 ...). Refused: coordinates that are not finite or far too large,
// and polygons too long to trace.
Result<Rle> runs_of_polygon(std::span<const double> outline, int height, int width);
// Each float is read as the shortest decimal that identifies it, as written in the annotation file: 100.1F as 100.1.
Result<Rle> runs_of_polygon(const Polygon& outline, int height, int width);
// The union of one object's polygons; there may be none.
Result<Rle> runs_of_polygons(std::span<const Polygon> outlines, int height, int width);

enum class Merge { kUnion, kIntersection };
// All masks must have one size; of no masks: an empty mask of 0 x 0.
Result<Rle> merge_runs(std::span<const Rle> masks, Merge how);

// Intersection over union, or over the area of `found` alone when `truth` is a crowd. Both masks must have one size.
Result<double> iou_of(const Rle& found, const Rle& truth, bool crowd);

}  // namespace goetia
