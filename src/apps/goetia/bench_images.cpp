#include "apps/goetia/bench_images.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/files.h"
#include "base/random.h"
#include "imaging/decode/encode.h"

namespace goetia::cli {
namespace {

// Cosine waves of several lengths and directions, different for each image, over areas of flat colour, with noise.
Image draw_image(const BenchImagesPlan& plan, int number) {
    Random random(
        {.seed = plan.seed, .sample = static_cast<std::uint64_t>(number), .purpose = purpose("bench.picture")});
    struct Wave {
        double across, down, phase, height;
    };
    std::array<std::array<Wave, 6>, 3> waves{};
    for (auto& channel : waves) {
        double length = 400;
        for (Wave& wave : channel) {
            const double turn = random.uniform(0, 2 * M_PI), pace = 2 * M_PI / (length * random.uniform(0.6, 1.4));
            wave = {pace * std::cos(turn), pace * std::sin(turn), random.uniform(0, 2 * M_PI), length / 9 + 2};
            length /= 2;
        }
    }
    Image image{plan.width, plan.height, 3, {}};
    image.pixels.resize(static_cast<std::size_t>(plan.width) * plan.height * 3);
    std::uint8_t* to = image.pixels.data();
    const double edge_x = plan.width * random.uniform(0.2, 0.8), edge_y = plan.height * random.uniform(0.2, 0.8);
    for (int y = 0; y < plan.height; ++y) {
        for (int x = 0; x < plan.width; ++x) {
            const double step = (x > edge_x) != (y > edge_y) ? 25 : -25;
            for (std::size_t c = 0; c < 3; ++c) {
                double level = 128 + step;
                for (const Wave& wave : waves[c])
                    level += wave.height * std::cos(wave.across * x + wave.down * y + wave.phase);
                if (plan.noise > 0) level += random.uniform(-plan.noise, plan.noise);
                *to++ = static_cast<std::uint8_t>(std::clamp(level, 0.0, 255.0));
            }
        }
    }
    return image;
}

}  // namespace

Result<std::int64_t> make_bench_images(const BenchImagesPlan& plan, const std::filesystem::path& folder) {
    const std::filesystem::path place = folder / "train" / "a";
    GOETIA_TRY(make_folders(place));
    std::int64_t bytes = 0;
    for (int i = 0; i < plan.count; ++i) {
        GOETIA_ASSIGN(const std::string file, encode_jpeg(draw_image(plan, i), plan.quality));
        bytes += static_cast<std::int64_t>(file.size());
        GOETIA_TRY(write_file_atomic(place / fmt::format("{:05}.jpg", i), file));
    }
    return bytes;
}

}  // namespace goetia::cli
