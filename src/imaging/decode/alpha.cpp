#include "imaging/decode/alpha.h"

#include <algorithm>

namespace goetia {

Image without_alpha(const Image& rgba, const std::optional<BackgroundColour>& background, bool premultiplied) {
    Image image{rgba.width, rgba.height, 3, {}};
    const std::size_t pixels = rgba.pixels.size() / 4;
    image.pixels.resize(pixels * 3);
    for (std::size_t i = 0; i < pixels; ++i) {
        const std::uint8_t* from = rgba.pixels.data() + i * 4;
        std::uint8_t* to = image.pixels.data() + i * 3;
        const int alpha = background ? from[3] : 255;
        for (std::size_t c = 0; c < 3; ++c) {
            const int own = premultiplied ? from[c] * 255 : from[c] * alpha;
            const int under = background ? (*background)[c] * (255 - alpha) : 0;
            to[c] = premultiplied && !background ? from[c]
                                                 : static_cast<std::uint8_t>(std::min(255, (own + under + 127) / 255));
        }
    }
    return image;
}

}  // namespace goetia
