#include "imaging/kernels/scale_options.h"

namespace goetia {
namespace {

Extent extent(int first, int length, int reduction) {
    const int begin = first / reduction, end = (first + length + reduction - 1) / reduction;
    const double times = reduction;
    return {end - begin, first / times - begin, length / times};
}

}  // namespace

ReducedPart reduced_part(const ScaleOptions& options) {
    const Rect& part = options.part;
    const Extent across = extent(part.left, part.width, options.reduction),
                 down = extent(part.top, part.height, options.reduction);
    return {{part.top / options.reduction, part.left / options.reduction, down.places, across.places}, across, down};
}

Rect source_part(const ScaleOptions& options) {
    const ReducedPart part = reduced_part(options);
    const Rect& window = options.window;
    const Span across = covered(part.across, options.width, {window.left, window.left + window.width}),
               down = covered(part.down, options.height, {window.top, window.top + window.height});
    return {part.pixels.top + down.begin, part.pixels.left + across.begin, down.length(), across.length()};
}

}  // namespace goetia
