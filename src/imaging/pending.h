// A picture that is still bytes of a file: what the steps of a pipeline want of it is only written down, and one pass
// makes it, decoding no more than is needed (workspace.h). The result is the same to the bit as taking the steps one by
// one.
//
// While a picture is pending, Sample::image has its size but no pixels. Steps that do not know about this are given the
// pixels first (Pipeline does that).
//
// One thing is not the same to the bit: with `reducing_gap` a JPEG picture that is scaled to much less is decoded at a
// half or a quarter of its size, and scaled from there.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "imaging/kernels/pixel_view.h"

namespace goetia {

struct Border;
struct Levels;
struct Workspace;

struct Pending {
    Workspace* workspace = nullptr;  // none: LoadImage decodes at once
    bool there = false;              // a picture is pending
    bool jpeg = false;               // decoded when the pass is made; else `pixels` are there already
    double reducing_gap = 0;         // of LoadImage; 0: never reduced
    PixelView pixels;
    std::string file;       // for messages
    std::string loaded_by;  // the step that named it

    // What has been asked for: `part` of the picture, scaled to width x height, of that `window`, turned over, laid on
    // a canvas.
    Rect part;
    bool scaled = false;
    int width = 0, height = 0;
    Rect window;
    bool mirrored = false, upside_down = false;
    bool on_canvas = false;
    int canvas_width = 0, canvas_height = 0, at_x = 0, at_y = 0;
    std::array<std::uint8_t, 3> fill{};
    const Levels* levels = nullptr;  // numbers are wanted

    explicit operator bool() const { return there; }
    void begin(Workspace& memory, int picture_width, int picture_height);
    // How many times smaller the picture is decoded for a part of this size: 1, 2 or 4.
    [[nodiscard]] int reduction(int to_width, int to_height) const;
    [[nodiscard]] int result_width() const { return on_canvas ? canvas_width : window.width; }
    [[nodiscard]] int result_height() const { return on_canvas ? canvas_height : window.height; }

    // Each writes a wish down; false: it does not fit behind what is written already, the pixels must be made first.
    bool crop(const Rect& rect);
    bool resize(int to_width, int to_height);
    bool flip(bool horizontal);
    bool pad(const Border& border, const std::array<std::uint8_t, 3>& colour);
};

}  // namespace goetia
