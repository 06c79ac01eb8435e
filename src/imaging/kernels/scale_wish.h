// What is wanted of a scaling, and which pixels it is made from.
#pragma once

#include "imaging/kernels/pixel_view.h"
#include "imaging/kernels/taps.h"

namespace goetia {

struct ScaleWish {
    Rect part;                  // of the picture; the view must hold what source_part() says of it
    int width = 0, height = 0;  // the part scaled to this
    Rect window;                // of the scaled part: what is made
    bool mirrored = false;      // the window's left and right swapped
    bool upside_down = false;   // its top and bottom swapped
    int reduction = 1;          // the view is of a picture this many times smaller than the one `part` is counted in
};

// The part in the view's picture: every pixel that has a piece of it, and how much of them it is.
struct ReducedPart {
    Rect pixels;
    Extent across, down;
};
ReducedPart reduced_part(const ScaleWish& wish);

// The pixels, in the coordinates of the view's picture, that the window is made from.
Rect source_part(const ScaleWish& wish);

}  // namespace goetia
