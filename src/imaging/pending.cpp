#include "imaging/pending.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "imaging/kernels/resample.h"
#include "imaging/workspace.h"

namespace goetia {
namespace {

// The target, shifted to where the image goes on a canvas.
Target moved(const Target& target, int x, int y) {
    if (const auto* floats = std::get_if<PlanarFloats>(&target)) {
        PlanarFloats to = *floats;
        to.data += floats->row * y + x;
        return to;
    }
    if (const auto* planar = std::get_if<PlanarBytes>(&target)) {
        PlanarBytes to = *planar;
        to.data += planar->row * y + x;
        return to;
    }
    InterleavedBytes to = std::get<InterleavedBytes>(target);
    to.data += to.row * y + static_cast<std::size_t>(x) * 3;
    return to;
}

void fill_canvas(const Target& target, int width, int height, const std::array<std::uint8_t, 3>& colour) {
    for (int y = 0; y < height; ++y) {
        if (const auto* interleaved = std::get_if<InterleavedBytes>(&target)) {
            std::uint8_t* to = interleaved->data + interleaved->row * y;
            for (int x = 0; x < width; ++x, to += 3) std::memcpy(to, colour.data(), 3);
            continue;
        }
        for (std::size_t c = 0; c < 3; ++c) {
            if (const auto* floats = std::get_if<PlanarFloats>(&target)) {
                float* to = floats->data + floats->plane * c + floats->row * y;
                std::fill(to, to + width, (*floats->table)[c][colour[c]]);
            } else {
                const auto& planar = std::get<PlanarBytes>(target);
                std::memset(planar.data + planar.plane * c + planar.row * y, colour[c],
                            static_cast<std::size_t>(width));
            }
        }
    }
}

// The first pixel of a crop of a mirrored image, in the unmirrored image's coordinates.
int unmirrored(int first, int length, int whole, bool mirrored) { return mirrored ? whole - first - length : first; }

}  // namespace

const Normalization& unit_normalization() {
    static const Normalization normalization = [] {
        Normalization made;
        for (auto& channel : made.table) {
            for (std::size_t i = 0; i < channel.size(); ++i) channel[i] = static_cast<float>(i) / 255.0F;
        }
        return made;
    }();
    return normalization;
}

Normalization make_normalization(const std::array<float, 3>& mean, const std::array<float, 3>& deviation) {
    Normalization normalization = unit_normalization();
    normalization.mean = mean, normalization.deviation = deviation;
    normalization.normalised = true;
    for (std::size_t c = 0; c < 3; ++c) {
        for (float& number : normalization.table[c]) number = (number - mean[c]) / deviation[c];
    }
    return normalization;
}

void Pending::begin(Workspace& memory, int image_width, int image_height) {
    workspace = &memory;
    active = true;
    part = window = {0, 0, image_height, image_width};
    width = image_width, height = image_height;
}

bool Pending::crop(const Rect& rect) {
    if (normalization != nullptr) return false;
    if (rect.top == 0 && rect.left == 0 && rect.width == result_width() && rect.height == result_height()) return true;
    if (on_canvas) return false;
    window = {window.top + unmirrored(rect.top, rect.height, window.height, upside_down),
              window.left + unmirrored(rect.left, rect.width, window.width, mirrored), rect.height, rect.width};
    if (scaled) return true;
    part = {part.top + window.top, part.left + window.left, rect.height, rect.width};
    width = rect.width, height = rect.height;
    window = {0, 0, rect.height, rect.width};
    return true;
}

bool Pending::resize(int to_width, int to_height) {
    if (normalization != nullptr) return false;
    if (to_width == result_width() && to_height == result_height()) return true;
    // Weights are rounded, so scaling a mirrored image is not exactly mirroring a scaled one.
    if (scaled || mirrored || upside_down || on_canvas) return false;
    const int limit = kMaxReduction * reduction(to_width, to_height);
    if (part.width > limit * to_width || part.height > limit * to_height) return false;
    scaled = true;
    width = to_width, height = to_height;
    window = {0, 0, to_height, to_width};
    return true;
}

bool Pending::flip(bool horizontal) {
    if (normalization != nullptr) return false;
    if (horizontal) {
        mirrored = !mirrored;
        if (on_canvas) at_x = canvas_width - at_x - window.width;
    } else {
        upside_down = !upside_down;
        if (on_canvas) at_y = canvas_height - at_y - window.height;
    }
    return true;
}

bool Pending::pad(const Border& border, const std::array<std::uint8_t, 3>& colour) {
    if (on_canvas || normalization != nullptr) return false;
    on_canvas = true;
    at_x = border.left, at_y = border.top;
    canvas_width = window.width + border.left + border.right;
    canvas_height = window.height + border.top + border.bottom;
    fill = colour;
    return true;
}

// As Pillow's thumbnail(): the decoded image stays at least `reducing_gap` times as large as the result.
int Pending::reduction(int to_width, int to_height) const {
    if (!jpeg || reducing_gap == 0) return 1;
    for (const int times : {4, 2}) {
        if (part.width >= times * reducing_gap * to_width && part.height >= times * reducing_gap * to_height)
            return times;
    }
    return 1;
}

namespace {

Result<PixelView> source_of(const Pending& pending, const ScaleOptions& options) {
    if (!pending.jpeg) return pending.pixels;
    GOETIA_ASSIGN(PixelView view,
                  pending.workspace->jpeg.decode(source_part(options), pending.file, options.reduction));
    pending.workspace->bytes_decoded += static_cast<std::int64_t>(view.width) * view.height * 3;
    return view;
}

}  // namespace

Status render_pending(const Pending& pending, const Target& target) {
    const ScaleOptions options{pending.part,
                               pending.width,
                               pending.height,
                               pending.window,
                               pending.mirrored,
                               pending.upside_down,
                               pending.reduction(pending.width, pending.height)};
    auto view = source_of(pending, options);
    if (!view) {
        Error error = std::move(view).error();
        return pending.loaded_by.empty() ? std::move(error) : std::move(error).within(pending.loaded_by);
    }
    if (pending.on_canvas) fill_canvas(target, pending.canvas_width, pending.canvas_height, pending.fill);
    scale(view.value(), options, pending.on_canvas ? moved(target, pending.at_x, pending.at_y) : target,
          pending.workspace->scratch);
    return {};
}

namespace {

// Records the operation. Where that is not possible, materializes the pixels and sets `at_once`: the caller does it
// now.
template <class Write>
Status write_down(Sample& sample, Write&& write, bool& at_once) {
    at_once = !sample.pending;
    if (at_once) return {};
    if (write(sample.pending)) {
        sample.image.width = sample.pending.result_width(), sample.image.height = sample.pending.result_height();
        return {};
    }
    at_once = true;
    return materialize(sample);
}

}  // namespace

Status crop_pixels(Sample& sample, const Rect& rect) {
    bool at_once = false;
    GOETIA_TRY(write_down(sample, [&](Pending& pending) { return pending.crop(rect); }, at_once));
    if (at_once) sample.image = cropped(sample.image, rect);
    return {};
}

Status resize_pixels(Sample& sample, int width, int height) {
    bool at_once = false;
    GOETIA_TRY(write_down(sample, [&](Pending& pending) { return pending.resize(width, height); }, at_once));
    if (at_once) sample.image = resized(sample.image, width, height);
    return {};
}

Status flip_pixels(Sample& sample, bool horizontal) {
    bool at_once = false;
    GOETIA_TRY(write_down(sample, [&](Pending& pending) { return pending.flip(horizontal); }, at_once));
    if (at_once) sample.image = horizontal ? flipped_horizontally(sample.image) : flipped_vertically(sample.image);
    return {};
}

Status pad_pixels(Sample& sample, const Border& border, PaddingMode mode, Colour fill) {
    bool at_once = false;
    const auto write = [&](Pending& pending) { return mode == PaddingMode::kConstant && pending.pad(border, fill); };
    GOETIA_TRY(write_down(sample, write, at_once));
    if (at_once) sample.image = padded(sample.image, border, mode, fill);
    return {};
}

void begin_pixels(Sample& sample, Workspace& workspace, int width, int height, const std::uint8_t* pixels) {
    sample.pending.begin(workspace, width, height);
    sample.pending.pixels = {pixels, static_cast<std::size_t>(width) * 3, 1, 3, width, height};
    sample.image = {width, height, 3, {}};
}

Status materialize(Sample& sample) {
    if (!sample.pending) return {};
    const Pending pending = std::exchange(sample.pending, Pending{.workspace = sample.pending.workspace});
    const int width = pending.result_width(), height = pending.result_height();
    const std::size_t area = static_cast<std::size_t>(width) * height;
    if (pending.normalization != nullptr) {
        sample.planes = {3, height, width, std::vector<float>(area * 3)};
        GOETIA_TRY(render_pending(pending, PlanarFloats{sample.planes.values.data(), static_cast<std::size_t>(width),
                                                        area, &pending.normalization->table}));
        sample.image = {};
    } else {
        sample.image = {width, height, 3, {}};
        sample.image.pixels.resize(area * 3);
        GOETIA_TRY(
            render_pending(pending, InterleavedBytes{sample.image.pixels.data(), static_cast<std::size_t>(width) * 3}));
    }
    return {};
}

}  // namespace goetia
