#include "imaging/decode/opaque.h"

#include <utility>

namespace goetia {

Result<std::optional<Image>> decode_opaque(std::string_view bytes, std::string_view name) {
    GOETIA_ASSIGN(Image plain, decode_image(bytes, name));
    if (bytes.starts_with("\xFF\xD8")) return std::optional(std::move(plain));  // JPEG has no transparency
    // Every pixel that is not fully opaque differs over black and over white.
    GOETIA_ASSIGN(const Image over_black, decode_image(bytes, name, {.background = BackgroundColour{0, 0, 0}}));
    if (over_black.pixels != plain.pixels) return std::optional<Image>();
    GOETIA_ASSIGN(const Image over_white, decode_image(bytes, name, {.background = BackgroundColour{255, 255, 255}}));
    if (over_white.pixels != plain.pixels) return std::optional<Image>();
    return std::optional(std::move(plain));
}

}  // namespace goetia
