// A contact sheet: a grid of images with their annotations.
#pragma once

#include <string>
#include <vector>

#include "imaging/sample.h"

namespace goetia {

struct SheetPlan {
    int columns = 4;
    int cell = 240;                    // an image's longer side, in pixels
    std::vector<std::string> targets;  // names of the regression targets
};

// Draws boxes, polygons, masks, key points, class names and the image's name. Every object is drawn: one too small to
// see gets a box of three pixels. A class whose name the font cannot show (Chinese, say) is drawn by its number.
Image contact_sheet(const std::vector<Sample>& samples, const std::vector<std::string>& classes, const SheetPlan& plan);

// In the place of an image that cannot be shown.
Sample placeholder_sample(std::int64_t index, const std::string& name);

}  // namespace goetia
