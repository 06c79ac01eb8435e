// From what a YOLO head reads to the objects of a row.
#pragma once

#include "learn/boxes/selection.h"
#include "learn/yolo/yolo_reading.h"

namespace goetia {

// What stays of one row after `selection`, cut at the borders of what the row shows. Every class of a place is one
// candidate. `beside` [places, n] (may be undefined) is handed on for the objects that stay, as their `masks`.
RowObjects objects_of_row(const YoloReading& found, std::int64_t row, const Selection& selection, const Frame& frame,
                          const torch::Tensor& beside = {});

}  // namespace goetia
