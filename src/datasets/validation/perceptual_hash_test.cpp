#include "datasets/validation/perceptual_hash.h"

#include <cmath>

#include <gtest/gtest.h>

#include "base/random.h"
#include "imaging/decode/decode.h"
#include "imaging/decode/encode.h"

namespace goetia {
namespace {

// Soft blobs at places drawn from `seed`: as smooth as a photograph.
Image blobs(std::uint64_t seed, int width, int height, int brighter = 0) {
    Random random({.seed = seed});
    struct Blob {
        double x, y, size, level;
    };
    std::vector<Blob> list;
    for (int i = 0; i < 12; ++i)
        list.push_back({random.uniform(), random.uniform(), random.uniform(0.05, 0.25), random.uniform(-90, 90)});
    Image image{width, height, 3, {}};
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            double level = 110 + brighter;
            for (const Blob& blob : list) {
                const double dx = (x + 0.5) / width - blob.x, dy = (y + 0.5) / height - blob.y;
                level += blob.level * std::exp(-(dx * dx + dy * dy) / (2 * blob.size * blob.size));
            }
            for (int c = 0; c < 3; ++c)
                image.pixels.push_back(static_cast<std::uint8_t>(std::clamp(level + 5 * c, 0.0, 255.0)));
        }
    }
    return image;
}

TEST(PerceptualHash, stays_through_another_size_quality_and_brightness) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const std::uint64_t hash = perceptual_hash(blobs(seed, 160, 120)).value();
        EXPECT_LE(hash_distance(hash, perceptual_hash(blobs(seed, 320, 240)).value()), 4);
        EXPECT_LE(hash_distance(hash, perceptual_hash(blobs(seed, 160, 120, 8)).value()), 4);
        const auto jpeg = decode_image(encode_jpeg(blobs(seed, 160, 120), 60).value(), "a.jpg");
        EXPECT_LE(hash_distance(hash, perceptual_hash(jpeg.value()).value()), 4);
    }
}

TEST(PerceptualHash, distinguishes_different_images_apart) {
    for (std::uint64_t a = 0; a < 20; ++a) {
        for (std::uint64_t b = 0; b < a; ++b) {
            EXPECT_GT(
                hash_distance(perceptual_hash(blobs(a, 64, 64)).value(), perceptual_hash(blobs(b, 64, 64)).value()), 8)
                << a << " and " << b;
        }
    }
}

TEST(PerceptualHash, is_none_without_contrast) {
    EXPECT_FALSE(perceptual_hash({40, 30, 3, std::vector<std::uint8_t>(40 * 30 * 3, 77)}));
    EXPECT_FALSE(perceptual_hash({}));
    EXPECT_TRUE(perceptual_hash(blobs(1, 3, 2))) << "smaller than the cells";
}

}  // namespace
}  // namespace goetia
