// Small images, and files with them.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "imaging/decode/encode.h"
#include "imaging/image.h"
#include "testkit/temporary_folder.h"

namespace goetia::testkit {

namespace fs = std::filesystem;

using TempFolder = TemporaryFolder;

// An image whose pixels encode their position: red by column, green by row; blue is constant.
inline Image gradient_image(int width, int height, int blue = 0) {
    Image image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            image.pixels.push_back(static_cast<std::uint8_t>(x * 7));
            image.pixels.push_back(static_cast<std::uint8_t>(y * 11));
            image.pixels.push_back(static_cast<std::uint8_t>(blue));
        }
    }
    return image;
}

inline void write_text(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

inline void write_png(const fs::path& path, const Image& image) { write_text(path, encode_png(image).value()); }

}  // namespace goetia::testkit
