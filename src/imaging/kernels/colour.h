// Colour operations in place, with Pillow's results. An image of one channel has no saturation and no hue.
#pragma once

#include "imaging/image.h"

namespace goetia {

// Factor 0: black, mean grey, grey, a blurred image; 1: unchanged; more: stronger.
void adjust_brightness(Image& image, float factor);
void adjust_contrast(Image& image, float factor);
void adjust_saturation(Image& image, float factor);
void adjust_sharpness(Image& image, float factor);

// Rotates the hue by `share` of a full turn, -0.5 to 0.5.
void shift_hue(Image& image, double share);

// Rotates the hue by `turn` as above; multiplies saturation and value, clamped to 0 .. 255.
void adjust_hsv(Image& image, double turn, double saturation, double value);
void make_grey(Image& image);       // of three equal channels
Image to_grey(const Image& image);  // of one channel

void swap_red_and_blue(Image& image);
void invert(Image& image);
void posterize(Image& image, int bits);         // keeps the upper bits of each value
void solarize(Image& image, double threshold);  // inverts the values from the threshold on
void equalize(Image& image);                    // spreads each channel's histogram evenly
void autocontrast(Image& image);                // stretches each channel to 0 .. 255

}  // namespace goetia
