#include "data/preview/sheet.h"

#include <algorithm>

#include <fmt/format.h>

#include "data/kernels/resample.h"
#include "data/kernels/runs.h"
#include "data/preview/draw.h"

namespace goetia {
namespace {

constexpr int kMargin = 6, kCaption = 24;
constexpr Colour kPaper{28, 30, 34}, kInk{235, 235, 235}, kFaint{150, 155, 160};
constexpr double kTint = 0.4;

std::string class_text(std::int64_t label, const std::vector<std::string>& classes) {
    if (label < 0) return {};
    const auto place = static_cast<std::size_t>(label);
    if (place < classes.size() && can_be_drawn(classes[place])) return classes[place];
    return fmt::format("class {}", label);
}

Image in_colour(const Image& image) {
    if (image.channels == 3) return image;
    Image colour{image.width, image.height, 3, {}};
    for (const std::uint8_t level : image.pixels) colour.pixels.insert(colour.pixels.end(), 3, level);
    return colour;
}

// Annotations and picture at the size at which they are shown.
Sample shown(const Sample& sample, int cell) {
    Sample small = sample;
    small.image = in_colour(sample.image);
    const double scale = static_cast<double>(cell) / std::max(sample.image.width, sample.image.height);
    const int width = std::max(1, static_cast<int>(sample.image.width * scale)),
              height = std::max(1, static_cast<int>(sample.image.height * scale));
    const Motion motion = resize_motion(sample.image.width, sample.image.height, width, height);
    small.image = resized(small.image, width, height);
    move_annotations(small, motion);
    return small;
}

void tint(Image& image, const Image& bitmap, Colour colour) {
    if (bitmap.width != image.width || bitmap.height != image.height) return;
    for (int y = 0; y < bitmap.height; ++y) {
        for (int x = 0; x < bitmap.width; ++x) {
            if (bitmap.pixels[static_cast<std::size_t>(y) * bitmap.width + x] != 0)
                set_pixel(image, x, y, colour, kTint);
        }
    }
}

void draw_class_map(Image& image, const Image& mask) {
    if (mask.width != image.width || mask.height != image.height) return;
    for (int y = 0; y < mask.height; ++y) {
        for (int x = 0; x < mask.width; ++x) {
            const int label = mask.pixels[static_cast<std::size_t>(y) * mask.width + x];
            if (label != 255) set_pixel(image, x, y, class_colour(label), kTint);
        }
    }
}

void draw_instance(Image& image, const Instance& one, const std::string& name) {
    const Colour colour = class_colour(one.label);
    if (one.mask) tint(image, bitmap_of(*one.mask), colour);
    for (const Polygon& outline : one.polygons) {
        tint(image, bitmap_of({outline}, image.width, image.height), colour);
        for (std::size_t i = 0; i + 1 < outline.size(); i += 2) {
            const std::size_t next = (i + 2) % (outline.size() / 2 * 2);
            draw_line(image, {outline[i], outline[i + 1]}, {outline[next], outline[next + 1]}, colour);
        }
    }
    if (one.box.area() > 0) draw_box(image, one.box, colour);
    for (const KeyPoint& point : one.key_points) {
        if (point.visible == 0) continue;
        const int x = static_cast<int>(point.x), y = static_cast<int>(point.y);
        fill_rect(image, {y - 1, x - 1, 3, 3}, colour);
        if (point.visible == 2) set_pixel(image, x, y, {255, 255, 255});
    }
    if (name.empty()) return;
    // The name on a dark strip, above the box where there is room.
    const int high = text_height() + 2,
              left = std::clamp(static_cast<int>(one.box.x1), 0, std::max(0, image.width - 8)),
              above = static_cast<int>(one.box.y1) - high, top = above >= 0 ? above : static_cast<int>(one.box.y1);
    fill_rect(image, {top, left, high, text_width(name) + 2}, {0, 0, 0}, 0.65);
    draw_text(image, left + 1, top + 1, name, colour);
}

void paste(Image& sheet, const Image& image, int left, int top) {
    for (int y = 0; y < image.height; ++y)
        std::copy_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width * 3, image.width * 3,
                    sheet.pixels.begin() + (static_cast<std::ptrdiff_t>(top + y) * sheet.width + left) * 3);
}

std::string cut(std::string text, int width) {
    if (!can_be_drawn(text)) {
        std::erase_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });  // one '?' for each
    }
    const std::size_t most = static_cast<std::size_t>(std::max(4, width / 6));
    return text.size() <= most ? text : ".." + text.substr(text.size() - most + 2);
}

std::string caption(const Sample& sample, const std::vector<std::string>& classes) {
    std::string text = class_text(sample.label, classes);
    for (const double value : sample.values) text += fmt::format("{}{:.6g}", text.empty() ? "" : " ", value);
    if (!sample.instances.empty()) text += fmt::format("{} marked", sample.instances.size());
    return text;
}

}  // namespace

Image contact_sheet(const std::vector<Sample>& samples, const std::vector<std::string>& classes,
                    const SheetPlan& plan) {
    const int count = static_cast<int>(samples.size()), columns = std::max(1, std::min(plan.columns, count)),
              rows = std::max(1, (count + columns - 1) / columns);
    const int across = plan.cell + kMargin, down = plan.cell + kCaption + kMargin;
    Image sheet{columns * across + kMargin, rows * down + kMargin, 3, {}};
    sheet.pixels.resize(static_cast<std::size_t>(sheet.width) * sheet.height * 3);
    fill_rect(sheet, {0, 0, sheet.height, sheet.width}, kPaper);
    for (int i = 0; i < count; ++i) {
        Sample small = shown(samples[static_cast<std::size_t>(i)], plan.cell);
        if (!small.mask.pixels.empty()) draw_class_map(small.image, small.mask);
        for (const Instance& one : small.instances) draw_instance(small.image, one, class_text(one.label, classes));
        const int left = kMargin + i % columns * across, top = kMargin + i / columns * down;
        paste(sheet, small.image, left + (plan.cell - small.image.width) / 2,
              top + (plan.cell - small.image.height) / 2);
        draw_text(sheet, left, top + plan.cell + 4,
                  cut(caption(samples[static_cast<std::size_t>(i)], classes), plan.cell), kInk);
        draw_text(sheet, left, top + plan.cell + 14, cut(small.name, plan.cell), kFaint);
    }
    return sheet;
}

}  // namespace goetia
