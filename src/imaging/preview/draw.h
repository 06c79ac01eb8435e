// Draws lines, boxes and small text on an image of three channels, clipped to it.
#pragma once

#include <string_view>

#include "imaging/annotation.h"
#include "imaging/kernels/move.h"

namespace goetia {

void set_pixel(Image& image, int x, int y, Colour colour, double share = 1);
void fill_rect(Image& image, const Rect& rect, Colour colour, double share = 1);
// Lines have no holes.
void draw_line(Image& image, PixelPoint from, PixelPoint to, Colour colour, int wide = 1);
void draw_box(Image& image, const Box& box, Colour colour, int wide = 1);

// Characters of 5x7 pixels, `scale` times as large. Unknown ones are drawn as '?'.
void draw_text(Image& image, int left, int top, std::string_view text, Colour colour, int scale = 1);
int text_width(std::string_view text, int scale = 1);
int text_height(int scale = 1);
bool can_be_drawn(std::string_view text);

// Each class has one colour wherever it is drawn; no class is light grey.
Colour class_colour(std::int64_t label);

}  // namespace goetia
