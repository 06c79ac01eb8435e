#include <cctype>
#include <memory>
#include <string>

#include <turbojpeg.h>

#include "imaging/decode/exif.h"
#include "imaging/decode/formats.h"

namespace goetia {
namespace {

struct Destroy {
    void operator()(void* handle) const { tjDestroy(handle); }
};

// The library's error text, in lower case unless it begins with a name ("JPEG ...").
std::string jpeg_reason(tjhandle handle) {
    std::string text = tjGetErrorStr2(handle);
    if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])))
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

// CMYK files are stored inverted, as Adobe's programs write them: 255 is no ink.
void cmyk_to_rgb(const std::vector<std::uint8_t>& cmyk, std::vector<std::uint8_t>& rgb) {
    for (std::size_t i = 0; i < cmyk.size() / 4; ++i) {
        const unsigned black = cmyk[4 * i + 3];
        for (std::size_t c = 0; c < 3; ++c) {
            const unsigned product = cmyk[4 * i + c] * black + 128;
            rgb[3 * i + c] = static_cast<std::uint8_t>((product + (product >> 8)) >> 8);  // rounded /255
        }
    }
}

}  // namespace

Result<Image> decode_jpeg(std::string_view bytes, std::string_view name, const DecodeLimits& limits, int reduction) {
    const std::unique_ptr<void, Destroy> handle(tjInitDecompress());
    if (!handle) return failed("cannot start the JPEG decoder: {}", tjGetErrorStr2(nullptr));
    const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    if (tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &subsampling, &colours) != 0) {
        return cannot_decode(name, jpeg_reason(handle.get()));
    }
    GOETIA_TRY(check_size(width, height, name, limits));
    width = TJSCALED(width, (tjscalingfactor{1, reduction}));
    height = TJSCALED(height, (tjscalingfactor{1, reduction}));

    const bool inks = colours == TJCS_CMYK || colours == TJCS_YCCK;
    Image image{width, height, 3, {}};
    const std::size_t pixels = static_cast<std::size_t>(width) * height;
    std::vector<std::uint8_t> cmyk(inks ? pixels * 4 : 0);
    image.pixels.resize(pixels * 3);
    // A warning (premature end, corrupt data) means missing pixels: an error too.
    if (tjDecompress2(handle.get(), data, bytes.size(), inks ? cmyk.data() : image.pixels.data(), width, 0, height,
                      inks ? TJPF_CMYK : TJPF_RGB, TJFLAG_STOPONWARNING) != 0) {
        return cannot_decode(name, jpeg_reason(handle.get()));
    }
    if (inks) cmyk_to_rgb(cmyk, image.pixels);
    return upright(std::move(image), jpeg_orientation(bytes));
}

}  // namespace goetia
