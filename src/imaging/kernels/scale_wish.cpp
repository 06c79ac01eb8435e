#include "imaging/kernels/scale_wish.h"

namespace goetia {
namespace {

Extent extent(int first, int length, int reduction) {
    const int begin = first / reduction, end = (first + length + reduction - 1) / reduction;
    const double times = reduction;
    return {end - begin, first / times - begin, length / times};
}

}  // namespace

ReducedPart reduced_part(const ScaleWish& wish) {
    const Rect& part = wish.part;
    const Extent across = extent(part.left, part.width, wish.reduction),
                 down = extent(part.top, part.height, wish.reduction);
    return {{part.top / wish.reduction, part.left / wish.reduction, down.places, across.places}, across, down};
}

Rect source_part(const ScaleWish& wish) {
    const ReducedPart part = reduced_part(wish);
    const Rect& window = wish.window;
    const Span across = covered(part.across, wish.width, {window.left, window.left + window.width}),
               down = covered(part.down, wish.height, {window.top, window.top + window.height});
    return {part.pixels.top + down.begin, part.pixels.left + across.begin, down.length(), across.length()};
}

}  // namespace goetia
