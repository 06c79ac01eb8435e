#include "imaging/kernels/colour.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace goetia {
namespace {

std::uint8_t clipped_level(float value) {
    return value <= 0 ? 0 : value >= 255 ? 255 : static_cast<std::uint8_t>(value);
}

std::uint8_t blend(int from, int to, float factor) {
    return clipped_level(static_cast<float>(from) + factor * static_cast<float>(to - from));
}

int grey(const std::uint8_t* rgb) { return (rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 0x8000) >> 16; }

using Table = std::array<std::uint8_t, 256>;

template <class Level>
Table table_of(Level&& level) {
    Table table{};
    for (int i = 0; i < 256; ++i) table[i] = static_cast<std::uint8_t>(level(i));
    return table;
}

void look_up(Image& image, const Table& table) {
    for (std::uint8_t& level : image.pixels) level = table[level];
}

std::size_t channels_of(const Image& image) { return static_cast<std::size_t>(image.channels); }

using Histogram = std::array<std::int64_t, 256>;

Histogram histogram_of(const Image& image, std::size_t channel) {
    Histogram counts{};
    for (std::size_t i = channel; i < image.pixels.size(); i += channels_of(image)) ++counts[image.pixels[i]];
    return counts;
}

void look_up_channel(Image& image, std::size_t channel, const Table& table) {
    for (std::size_t i = channel; i < image.pixels.size(); i += channels_of(image))
        image.pixels[i] = table[image.pixels[i]];
}

// Weighted 3x3 means (the centre counts five times); the border is unchanged.
std::vector<std::uint8_t> smoothed(const Image& image) {
    std::vector<std::uint8_t> result = image.pixels;
    const int apart = image.channels, stride = image.width * apart;
    for (int y = 1; y + 1 < image.height; ++y) {
        for (int i = apart; i + apart < stride; ++i) {
            const std::uint8_t* at = image.pixels.data() + static_cast<std::ptrdiff_t>(y) * stride + i;
            int sum = 4 * at[0];
            for (int row = -1; row <= 1; ++row)
                sum += at[row * stride - apart] + at[row * stride] + at[row * stride + apart];
            result[static_cast<std::size_t>(y) * stride + i] =
                static_cast<std::uint8_t>(static_cast<float>(sum) / 13.0F + 0.5F);
        }
    }
    return result;
}

struct Hsv {
    std::uint8_t hue, saturation, value;
};

Hsv to_hsv(const std::uint8_t* rgb) {
    const auto [low, high] = std::minmax({rgb[0], rgb[1], rgb[2]});
    if (low == high) return {0, 0, high};
    const float range = static_cast<float>(high - low);
    const float red = static_cast<float>(high - rgb[0]) / range, green = static_cast<float>(high - rgb[1]) / range,
                blue = static_cast<float>(high - rgb[2]) / range;
    float hue = 0;
    if (rgb[0] == high) hue = blue - green;
    else if (rgb[1] == high) hue = static_cast<float>(2.0 + red - blue);
    else hue = static_cast<float>(4.0 + green - red);
    hue = static_cast<float>(std::fmod(hue / 6.0 + 1.0, 1.0));
    const float saturation = range / static_cast<float>(high);
    return {static_cast<std::uint8_t>(std::clamp(static_cast<int>(hue * 255.0), 0, 255)),
            static_cast<std::uint8_t>(std::clamp(static_cast<int>(saturation * 255.0), 0, 255)), high};
}

void to_rgb(const Hsv& colour, std::uint8_t* rgb) {
    if (colour.saturation == 0) {
        rgb[0] = rgb[1] = rgb[2] = colour.value;
        return;
    }
    const float sector = static_cast<float>(static_cast<float>(colour.hue) * 6.0 / 255.0);
    const int whole = static_cast<int>(std::floor(sector));
    const float part = static_cast<float>(static_cast<float>(colour.hue) * 6.0 / 255.0 - static_cast<float>(whole));
    const float saturation = static_cast<float>(static_cast<float>(colour.saturation) / 255.0);
    const auto level = [&](double share) {
        return static_cast<std::uint8_t>(
            std::clamp(static_cast<int>(std::round(static_cast<float>(colour.value) * share)), 0, 255));
    };
    const std::uint8_t v = colour.value, p = level(1.0 - saturation), q = level(1.0 - saturation * part),
                       t = level(1.0 - saturation * (1.0 - part));
    const std::array<std::array<std::uint8_t, 3>, 6> sectors{
        {{v, t, p}, {q, v, p}, {p, v, t}, {p, q, v}, {t, p, v}, {v, p, q}}};
    std::copy_n(sectors[static_cast<std::size_t>(whole % 6)].data(), 3, rgb);
}

}  // namespace

void adjust_brightness(Image& image, float factor) {
    look_up(image, table_of([&](int level) { return blend(0, level, factor); }));
}

void adjust_contrast(Image& image, float factor) {
    std::int64_t sum = 0;
    if (image.channels < 3) sum = std::accumulate(image.pixels.begin(), image.pixels.end(), std::int64_t{0});
    else
        for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image)) sum += grey(&image.pixels[i]);
    const int mean =
        static_cast<int>(static_cast<double>(sum) / (static_cast<double>(image.width) * image.height) + 0.5);
    look_up(image, table_of([&](int level) { return blend(mean, level, factor); }));
}

void adjust_saturation(Image& image, float factor) {
    if (image.channels < 3) return;
    for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image)) {
        const int level = grey(&image.pixels[i]);
        for (std::size_t c = 0; c < 3; ++c) image.pixels[i + c] = blend(level, image.pixels[i + c], factor);
    }
}

void adjust_sharpness(Image& image, float factor) {
    const std::vector<std::uint8_t> smooth = smoothed(image);
    for (std::size_t i = 0; i < smooth.size(); ++i) image.pixels[i] = blend(smooth[i], image.pixels[i], factor);
}

void shift_hue(Image& image, double share) {
    const auto shift = static_cast<std::uint8_t>(static_cast<int>(share * 255));
    if (image.channels < 3) return;
    for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image)) {
        Hsv colour = to_hsv(&image.pixels[i]);
        colour.hue = static_cast<std::uint8_t>(colour.hue + shift);
        to_rgb(colour, &image.pixels[i]);
    }
}

void adjust_hsv(Image& image, double turn, double saturation, double value) {
    if (image.channels < 3) return;
    const auto shift = static_cast<std::uint8_t>(static_cast<int>(turn * 255));
    const Table more = table_of([&](int level) { return clipped_level(static_cast<float>(level * saturation)); });
    const Table lighter = table_of([&](int level) { return clipped_level(static_cast<float>(level * value)); });
    for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image)) {
        const Hsv colour = to_hsv(&image.pixels[i]);
        to_rgb({static_cast<std::uint8_t>(colour.hue + shift), more[colour.saturation], lighter[colour.value]},
               &image.pixels[i]);
    }
}

void make_grey(Image& image) {
    if (image.channels < 3) return;
    for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image)) {
        const auto level = static_cast<std::uint8_t>(grey(&image.pixels[i]));
        std::fill_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(i), 3, level);
    }
}

Image to_grey(const Image& image) {
    if (image.channels < 3) return image;
    Image result{image.width, image.height, 1, {}};
    result.pixels.reserve(image.pixels.size() / 3);
    for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image))
        result.pixels.push_back(static_cast<std::uint8_t>(grey(&image.pixels[i])));
    return result;
}

void swap_red_and_blue(Image& image) {
    if (image.channels < 3) return;
    for (std::size_t i = 0; i < image.pixels.size(); i += channels_of(image))
        std::swap(image.pixels[i], image.pixels[i + 2]);
}

void invert(Image& image) {
    look_up(image, table_of([](int level) { return 255 - level; }));
}

void posterize(Image& image, int bits) {
    const int mask = ~((1 << (8 - bits)) - 1);
    look_up(image, table_of([&](int level) { return level & mask; }));
}

void solarize(Image& image, double threshold) {
    look_up(image, table_of([&](int level) { return level < threshold ? level : 255 - level; }));
}

void equalize(Image& image) {
    for (std::size_t channel = 0; channel < channels_of(image); ++channel) {
        const Histogram counts = histogram_of(image, channel);
        std::int64_t total = 0, last = 0, levels = 0;
        for (const std::int64_t count : counts) {
            if (count == 0) continue;
            total += count, last = count, ++levels;
        }
        const std::int64_t step = (total - last) / 255;
        if (levels <= 1 || step == 0) continue;
        std::int64_t below = step / 2;
        Table table{};
        for (std::size_t i = 0; i < 256; ++i) {
            table[i] = static_cast<std::uint8_t>(std::min<std::int64_t>(below / step, 255));
            below += counts[i];
        }
        look_up_channel(image, channel, table);
    }
}

void autocontrast(Image& image) {
    for (std::size_t channel = 0; channel < channels_of(image); ++channel) {
        const Histogram counts = histogram_of(image, channel);
        int low = 0, high = 255;
        while (low < 255 && counts[static_cast<std::size_t>(low)] == 0) ++low;
        while (high > 0 && counts[static_cast<std::size_t>(high)] == 0) --high;
        if (high <= low) continue;
        const double scale = 255.0 / (high - low), offset = -low * scale;
        look_up_channel(image, channel, table_of([&](int level) {
                            return std::clamp(static_cast<int>(level * scale + offset), 0, 255);
                        }));
    }
}

}  // namespace goetia
