#include "imaging/preview/draw.h"

#include <algorithm>
#include <cmath>

#include "imaging/preview/font.h"

namespace goetia {
namespace {

const Glyph* glyph_of(char character) {
    for (const Glyph& glyph : kGlyphs) {
        if (glyph.character == character) return &glyph;
    }
    return character == ' ' ? nullptr : glyph_of('?');
}

}  // namespace

void set_pixel(Image& image, int x, int y, Colour colour, double share) {
    if (x < 0 || y < 0 || x >= image.width || y >= image.height) return;
    std::uint8_t* at = image.pixels.data() + (static_cast<std::size_t>(y) * image.width + x) * 3;
    for (std::size_t c = 0; c < 3; ++c)
        at[c] = static_cast<std::uint8_t>(std::lround(std::lerp(at[c] * 1.0, colour[c] * 1.0, share)));
}

void fill_rect(Image& image, const Rect& rect, Colour colour, double share) {
    for (int y = rect.top; y < rect.top + rect.height; ++y) {
        for (int x = rect.left; x < rect.left + rect.width; ++x) set_pixel(image, x, y, colour, share);
    }
}

void draw_line(Image& image, PixelPoint from, PixelPoint to, Colour colour, int wide) {
    constexpr double kMaxCoordinate = 1e5;  // polygons may lead anywhere
    for (double* value : {&from.x, &from.y, &to.x, &to.y}) *value = std::clamp(*value, -kMaxCoordinate, kMaxCoordinate);
    // From pixel to pixel along the longer axis, so that there are no gaps.
    const int x = static_cast<int>(std::floor(from.x)), y = static_cast<int>(std::floor(from.y)),
              across = static_cast<int>(std::floor(to.x)) - x, down = static_cast<int>(std::floor(to.y)) - y,
              steps = std::max(std::abs(across), std::abs(down));
    const auto part = [&](std::int64_t whole, int i) {
        return steps == 0 ? 0 : static_cast<int>(std::lround(static_cast<double>(whole * i) / steps));
    };
    for (int i = 0; i <= steps; ++i)
        fill_rect(image, {y + part(down, i) - (wide - 1) / 2, x + part(across, i) - (wide - 1) / 2, wide, wide},
                  colour);
}

void draw_box(Image& image, const Box& box, Colour colour, int wide) {
    const float left = std::round(box.x1), top = std::round(box.y1), right = std::max(left, std::round(box.x2) - 1),
                bottom = std::max(top, std::round(box.y2) - 1);
    draw_line(image, {left, top}, {right, top}, colour, wide);
    draw_line(image, {right, top}, {right, bottom}, colour, wide);
    draw_line(image, {right, bottom}, {left, bottom}, colour, wide);
    draw_line(image, {left, bottom}, {left, top}, colour, wide);
}

int text_width(std::string_view text, int scale) {
    return (static_cast<int>(text.size()) * (kWide + kApart) - kApart) * scale;
}
int text_height(int scale) { return kHigh * scale; }

void draw_text(Image& image, int left, int top, std::string_view text, Colour colour, int scale) {
    for (const char character : text) {
        if (const Glyph* glyph = glyph_of(character)) {
            for (int y = 0; y < kHigh; ++y) {
                for (int x = 0; x < kWide; ++x) {
                    if ((glyph->rows[static_cast<std::size_t>(y)] >> (kWide - 1 - x) & 1) != 0)
                        fill_rect(image, {top + y * scale, left + x * scale, scale, scale}, colour);
                }
            }
        }
        left += (kWide + kApart) * scale;
    }
}

bool can_be_drawn(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 32 && c < 127; });
}

Colour class_colour(std::int64_t label) {
    if (label < 0) return {230, 230, 230};
    // Hues a golden ratio apart: neighbouring classes differ most.
    const double hue = std::fmod(static_cast<double>(label) * 0.61803398875, 1.0) * 6;
    const auto level = [&](double shift) {
        const double at = std::fmod(hue + shift, 6.0);
        return static_cast<std::uint8_t>(55 + 200 * std::clamp(std::abs(at - 3) - 1, 0.0, 1.0));
    };
    return {level(0), level(4), level(2)};
}

}  // namespace goetia
