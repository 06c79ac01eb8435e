#include "data/preview/draw.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace goetia {
namespace {

struct Glyph {
    char character;
    std::array<std::uint8_t, 7> rows;  // five pixels each, the left one in the highest bit
};

constexpr int kWide = 5, kHigh = 7, kApart = 1;

// clang-format off
constexpr Glyph kGlyphs[] = {
    {'A', {0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001}},
    {'B', {0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110}},
    {'C', {0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110}},
    {'D', {0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110}},
    {'E', {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111}},
    {'F', {0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000}},
    {'G', {0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01111}},
    {'H', {0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001}},
    {'I', {0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'J', {0b00111, 0b00010, 0b00010, 0b00010, 0b00010, 0b10010, 0b01100}},
    {'K', {0b10001, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b10001}},
    {'L', {0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111}},
    {'M', {0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001}},
    {'N', {0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001}},
    {'O', {0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'P', {0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000}},
    {'Q', {0b01110, 0b10001, 0b10001, 0b10001, 0b10101, 0b10010, 0b01101}},
    {'R', {0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001}},
    {'S', {0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110}},
    {'T', {0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100}},
    {'U', {0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110}},
    {'V', {0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b01010, 0b00100}},
    {'W', {0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b11011, 0b10001}},
    {'X', {0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b01010, 0b10001}},
    {'Y', {0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100}},
    {'Z', {0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b11111}},
    {'0', {0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110}},
    {'1', {0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110}},
    {'2', {0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111}},
    {'3', {0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110}},
    {'4', {0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010}},
    {'5', {0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110}},
    {'6', {0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110}},
    {'7', {0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000}},
    {'8', {0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110}},
    {'9', {0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110}},
    {'-', {0b00000, 0b00000, 0b00000, 0b01110, 0b00000, 0b00000, 0b00000}},
    {'_', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b11111}},
    {'.', {0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100}},
    {',', {0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b00100, 0b01000}},
    {':', {0b00000, 0b01100, 0b01100, 0b00000, 0b01100, 0b01100, 0b00000}},
    {'/', {0b00001, 0b00010, 0b00010, 0b00100, 0b01000, 0b01000, 0b10000}},
    {'(', {0b00010, 0b00100, 0b01000, 0b01000, 0b01000, 0b00100, 0b00010}},
    {')', {0b01000, 0b00100, 0b00010, 0b00010, 0b00010, 0b00100, 0b01000}},
    {'+', {0b00000, 0b00100, 0b00100, 0b11111, 0b00100, 0b00100, 0b00000}},
    {'=', {0b00000, 0b00000, 0b11111, 0b00000, 0b11111, 0b00000, 0b00000}},
    {'#', {0b01010, 0b01010, 0b11111, 0b01010, 0b11111, 0b01010, 0b01010}},
    {'%', {0b11001, 0b11001, 0b00010, 0b00100, 0b01000, 0b10011, 0b10011}},
    {'?', {0b01110, 0b10001, 0b00001, 0b00110, 0b00100, 0b00000, 0b00100}},
};
// clang-format on

const Glyph* glyph_of(char character) {
    const char wanted = character >= 'a' && character <= 'z' ? static_cast<char>(character - 'a' + 'A') : character;
    for (const Glyph& glyph : kGlyphs) {
        if (glyph.character == wanted) return &glyph;
    }
    return wanted == ' ' ? nullptr : glyph_of('?');
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

void draw_line(Image& image, Point from, Point to, Colour colour) {
    constexpr double kFarthest = 1e5;  // an outline may lead anywhere
    for (double* value : {&from.x, &from.y, &to.x, &to.y}) *value = std::clamp(*value, -kFarthest, kFarthest);
    const int steps =
        std::max(1, static_cast<int>(std::ceil(std::max(std::abs(to.x - from.x), std::abs(to.y - from.y)))));
    for (int i = 0; i <= steps; ++i) {
        const double part = static_cast<double>(i) / steps;
        set_pixel(image, static_cast<int>(std::floor(std::lerp(from.x, to.x, part))),
                  static_cast<int>(std::floor(std::lerp(from.y, to.y, part))), colour);
    }
}

void draw_box(Image& image, const Box& box, Colour colour) {
    const double right = box.x2 - 1.0, bottom = box.y2 - 1.0;
    draw_line(image, {box.x1, box.y1}, {right, box.y1}, colour);
    draw_line(image, {right, box.y1}, {right, bottom}, colour);
    draw_line(image, {right, bottom}, {box.x1, bottom}, colour);
    draw_line(image, {box.x1, bottom}, {box.x1, box.y1}, colour);
}

int text_width(std::string_view text) { return static_cast<int>(text.size()) * (kWide + kApart) - kApart; }
int text_height() { return kHigh; }

void draw_text(Image& image, int left, int top, std::string_view text, Colour colour) {
    for (const char character : text) {
        if (const Glyph* glyph = glyph_of(character)) {
            for (int y = 0; y < kHigh; ++y) {
                for (int x = 0; x < kWide; ++x) {
                    if ((glyph->rows[static_cast<std::size_t>(y)] >> (kWide - 1 - x) & 1) != 0)
                        set_pixel(image, left + x, top + y, colour);
                }
            }
        }
        left += kWide + kApart;
    }
}

bool can_be_drawn(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 32 && c < 127; });
}

Colour class_colour(std::int64_t label) {
    if (label < 0) return {230, 230, 230};
    // Hues a golden section apart: neighbours differ most.
    const double hue = std::fmod(static_cast<double>(label) * 0.61803398875, 1.0) * 6;
    const auto level = [&](double shift) {
        const double at = std::fmod(hue + shift, 6.0);
        return static_cast<std::uint8_t>(55 + 200 * std::clamp(std::abs(at - 3) - 1, 0.0, 1.0));
    };
    return {level(0), level(4), level(2)};
}

}  // namespace goetia
