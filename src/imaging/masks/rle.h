// Masks as runs of pixels, in COCO's order and with COCO's rounding: what is made here equals what pycocotools makes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "imaging/annotation.h"

namespace goetia {

// `rows` holds height x width bytes, row by row; any byte but 0 is inside.
Rle encode_runs(std::span<const std::uint8_t> rows, int height, int width);

// Ones and zeros, row by row. The runs must fit (check_runs).
std::vector<std::uint8_t> decode_runs(const Rle& runs);

// "the runs cover 19 pixels, the picture of 4 x 5 has 20"
Status check_runs(const Rle& runs);

// COCO's text form of the counts, as its JSON holds it.
std::string compress_counts(std::span<const std::uint32_t> counts);
Result<std::vector<std::uint32_t>> expand_counts(std::string_view text);

std::int64_t area_of(const Rle& runs);
Box box_of(const Rle& runs);  // the smallest box around the pixels; all 0 when there are none

// The pixels inside one closed outline (x0, y0, x1, y1 ...). Refused: a coordinate that is no number, and an outline so
// long that walking it would not end.
Result<Rle> runs_of_polygon(std::span<const double> outline, int height, int width);
// A float stands for the shortest decimal that names it: 100.1F for 100.1, as the annotation file said.
Result<Rle> runs_of_polygon(const Polygon& outline, int height, int width);
// All outlines of one object together, which may be empty.
Result<Rle> runs_of_polygons(std::span<const Polygon> outlines, int height, int width);

enum class Merge { kUnion, kIntersection };
// Of masks of one size; of none: an empty mask of 0 x 0.
Result<Rle> merge_runs(std::span<const Rle> masks, Merge how);

// Intersection over union; over the area of `found` alone when `truth` is a crowd. Masks of one size.
Result<double> overlap_of(const Rle& found, const Rle& truth, bool crowd);

}  // namespace goetia
