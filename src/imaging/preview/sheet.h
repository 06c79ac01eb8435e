// A contact sheet: pictures beside each other with what is marked in them.
#pragma once

#include <string>
#include <vector>

#include "imaging/sample.h"

namespace goetia {

struct SheetPlan {
    int columns = 4;
    int cell = 240;                    // a picture's longer side, in pixels
    std::vector<std::string> targets;  // what the numbers to predict are of
};

// Boxes, outlines, masks, key points, class names and the picture's name. Every object is drawn: one that would be too
// small to see has a box of three pixels. A class whose name has no letters here
// (Chinese, say) is told by its number.
Image contact_sheet(const std::vector<Sample>& samples, const std::vector<std::string>& classes, const SheetPlan& plan);

}  // namespace goetia
