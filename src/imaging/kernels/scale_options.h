// The options of a scaling, and the source pixels that it needs.
#pragma once

#include "imaging/kernels/pixel_view.h"
#include "imaging/kernels/taps.h"

namespace goetia {

struct ScaleOptions {
    Rect part;                  // of the image; the view must hold its source_part()
    int width = 0, height = 0;  // the part scaled to this
    Rect window;                // of the scaled part: the result
    bool mirrored = false;      // the result is flipped horizontally
    bool upside_down = false;   // the result is flipped vertically
    int reduction = 1;          // the view's image is this many times smaller than the one that `part` refers to
};

// The part in the view's image: every pixel that it touches, and its exact extent.
struct ReducedPart {
    Rect pixels;
    Extent across, down;
};
ReducedPart reduced_part(const ScaleOptions& options);

// The pixels, in coordinates of the view's image, that the window depends on.
Rect source_part(const ScaleOptions& options);

}  // namespace goetia
