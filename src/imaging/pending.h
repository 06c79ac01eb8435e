// A lazily evaluated image: the steps of a pipeline only record their operations, and one pass then renders the result,
// decoding no more than it needs (workspace.h). The result equals that of the single steps to the bit.
//
// While an image is pending, Sample::image has a size but no pixels. For steps that do not support this, Pipeline
// renders the pixels first.
//
// One exception to bit equality: with `reducing_gap`, a JPEG image that is scaled down far enough is decoded at a half
// or a quarter of its size and scaled from there.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "imaging/kernels/pixel_view.h"

namespace goetia {

struct Border;
struct Normalization;
struct Workspace;

struct Pending {
    Workspace* workspace = nullptr;  // none: LoadImage decodes at once
    bool active = false;             // an image is pending
    bool jpeg = false;               // decoded while rendering; else `pixels` is decoded already
    double reducing_gap = 0;         // of LoadImage; 0: never reduced
    PixelView pixels;
    std::string file;       // for messages
    std::string loaded_by;  // the step that loaded it, for messages

    // The recorded operations, in this order: crop to `part`, scale to width x height, crop to `window`, flip, place on
    // a canvas, normalise.
    Rect part;
    bool scaled = false;
    int width = 0, height = 0;
    Rect window;
    bool mirrored = false, upside_down = false;
    bool on_canvas = false;
    int canvas_width = 0, canvas_height = 0, at_x = 0, at_y = 0;
    std::array<std::uint8_t, 3> fill{};
    const Normalization* normalization = nullptr;  // set: the result is floats

    explicit operator bool() const { return active; }
    void begin(Workspace& memory, int image_width, int image_height);
    // The factor by which the image is decoded smaller for a result of this size: 1, 2 or 4.
    [[nodiscard]] int reduction(int to_width, int to_height) const;
    [[nodiscard]] int result_width() const { return on_canvas ? canvas_width : window.width; }
    [[nodiscard]] int result_height() const { return on_canvas ? canvas_height : window.height; }

    // Each records one operation. False: it cannot follow the recorded ones, so the pixels must be rendered first.
    bool crop(const Rect& rect);
    bool resize(int to_width, int to_height);
    bool flip(bool horizontal);
    bool pad(const Border& border, const std::array<std::uint8_t, 3>& colour);
};

}  // namespace goetia
