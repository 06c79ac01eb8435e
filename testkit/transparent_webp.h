// A transparent WebP image.
#pragma once

#include <array>
#include <string>
#include <vector>

#include <webp/encode.h>

namespace goetia::testkit {

// A WebP file of one color: red, green, blue and alpha.
inline std::string transparent_webp(const std::array<std::uint8_t, 4>& color, int width = 8, int height = 6) {
    std::vector<std::uint8_t> pixels;
    for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), color.begin(), color.end());
    std::uint8_t* bytes = nullptr;
    const std::size_t size = WebPEncodeLosslessRGBA(pixels.data(), width, height, width * 4, &bytes);
    std::string file(reinterpret_cast<const char*>(bytes), size);
    WebPFree(bytes);
    return file;
}

}  // namespace goetia::testkit
