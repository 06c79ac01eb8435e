#include "imaging/preview/sheet.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "imaging/kernels/resample.h"
#include "imaging/kernels/runs.h"
#include "imaging/preview/draw.h"

namespace goetia {
namespace {

constexpr int kMargin = 6, kCaption = 24;  // at scale 1
constexpr int kCellOfScale = 400;          // text and lines grow with the cells
constexpr Colour kPaper{28, 30, 34}, kInk{235, 235, 235}, kFaint{150, 155, 160};
constexpr int kMinVisibleSide = 3;  // a box's side, at scale 1
constexpr std::uint8_t kIgnored = 255;
constexpr double kTint = 0.3, kMapTint = 0.45;

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

// The box, enlarged to a visible size within the image.
Box enlarged(const Box& box, const Image& image, int scale) {
    const auto side = [scale](float& low, float& high, int limit) {
        const auto least = static_cast<float>(std::min(kMinVisibleSide * scale, limit));
        if (high - low >= least) return;
        low = std::clamp(std::round((low + high - least) / 2), 0.0F, static_cast<float>(limit) - least);
        high = low + least;
    };
    Box larger = box;
    side(larger.x1, larger.x2, image.width), side(larger.y1, larger.y2, image.height);
    return larger;
}

// Image and annotations, scaled to the cell. Nothing is dropped for being small.
Sample scaled_to_cell(const Sample& sample, int cell, int scale) {
    Sample small = sample;
    small.image = in_colour(sample.image);
    const double factor = static_cast<double>(cell) / std::max(sample.image.width, sample.image.height);
    const int width = std::max(1, static_cast<int>(sample.image.width * factor)),
              height = std::max(1, static_cast<int>(sample.image.height * factor));
    const Motion motion = resize_motion(sample.image.width, sample.image.height, width, height);
    small.image = resized(small.image, width, height);
    for (Instance& one : small.instances) {
        if (one.mask && one.box.area() <= 0) one.box = box_of(bitmap_of(*one.mask));
        const bool has_box = one.box.area() > 0;
        move_instance(one, motion);
        if (has_box || one.box.area() > 0) one.box = enlarged(one.box, small.image, scale);
    }
    if (!small.mask.pixels.empty()) small.mask = motion.raster(small.mask, kIgnored);
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

// The background keeps its own colours.
void draw_class_map(Image& image, const Image& mask, const std::vector<std::string>& classes) {
    if (mask.width != image.width || mask.height != image.height) return;
    const bool has_background = !classes.empty() && classes[0] == "background";
    for (int y = 0; y < mask.height; ++y) {
        for (int x = 0; x < mask.width; ++x) {
            const int label = mask.pixels[static_cast<std::size_t>(y) * mask.width + x];
            if (label != kIgnored && !(has_background && label == 0))
                set_pixel(image, x, y, class_colour(label), kMapTint);
        }
    }
}

void draw_shape(Image& image, const Instance& one, int scale) {
    const Colour colour = class_colour(one.label);
    if (one.mask) tint(image, bitmap_of(*one.mask), colour);
    for (const Polygon& outline : one.polygons) {
        tint(image, bitmap_of({outline}, image.width, image.height), colour);
        for (std::size_t i = 0; i + 1 < outline.size(); i += 2) {
            const std::size_t next = (i + 2) % (outline.size() / 2 * 2);
            draw_line(image, {outline[i], outline[i + 1]}, {outline[next], outline[next + 1]}, colour, scale);
        }
    }
}

// Boxes and key points, drawn last: no name may hide them.
void draw_annotations(Image& image, const Instance& one, int scale) {
    const Colour colour = class_colour(one.label);
    if (one.box.area() > 0) draw_box(image, one.box, colour, scale);
    for (const KeyPoint& point : one.key_points) {
        if (point.visible == 0) continue;
        const int x = static_cast<int>(point.x), y = static_cast<int>(point.y), half = 2 * scale;
        fill_rect(image, {y - half, x - half, 2 * half + 1, 2 * half + 1}, {0, 0, 0});
        const int inner = half - scale;
        fill_rect(image, {y - inner, x - inner, 2 * inner + 1, 2 * inner + 1},
                  point.visible == 2 ? Colour{255, 255, 255} : colour);
    }
}

bool overlap(const Rect& a, const Rect& b) {
    return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height &&
           b.top < a.top + a.height;
}

// Where a name goes: above, inside or below its box, the first that covers no other name.
Rect place_of_name(const Image& image, const Box& box, const std::string& name, int scale,
                   const std::vector<Rect>& taken) {
    const int high = text_height(scale) + 2 * scale, wide = text_width(name, scale) + 2 * scale;
    const int left = std::clamp(static_cast<int>(box.x1), 0, std::max(0, image.width - wide));
    const std::array tops{static_cast<int>(box.y1) - high, static_cast<int>(box.y1), static_cast<int>(box.y2),
                          static_cast<int>(box.y2) - high};
    Rect place{std::max(0, tops[0]), left, high, wide};
    for (const int top : tops) {
        const Rect one{top, left, high, wide};
        const bool inside = top >= 0 && top + high <= image.height;
        if (inside && std::ranges::none_of(taken, [&](const Rect& other) { return overlap(one, other); })) return one;
    }
    return place;
}

// Half the colour and half white: legible on the dark strip.
Colour bright(Colour colour) {
    for (std::uint8_t& level : colour) level = static_cast<std::uint8_t>((level + 255) / 2);
    return colour;
}

void draw_names(Image& image, const std::vector<Instance>& instances, const std::vector<std::string>& classes,
                int scale) {
    std::vector<Rect> taken;
    for (const Instance& one : instances) {
        std::string name = class_text(one.label, classes);
        if (name.empty()) continue;
        if (one.crowd) name += " (crowd)";
        if (one.score >= 0) name += fmt::format(" {:.2f}", one.score);
        taken.push_back(place_of_name(image, one.box, name, scale, taken));
        fill_rect(image, taken.back(), {0, 0, 0}, 0.65);
        draw_text(image, taken.back().left + scale, taken.back().top + scale, name, bright(class_colour(one.label)),
                  scale);
    }
}

void paste(Image& sheet, const Image& image, int left, int top) {
    for (int y = 0; y < image.height; ++y)
        std::copy_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(y) * image.width * 3, image.width * 3,
                    sheet.pixels.begin() + (static_cast<std::ptrdiff_t>(top + y) * sheet.width + left) * 3);
}

std::string cut(std::string text, int width, int scale) {
    if (!can_be_drawn(text)) {
        std::erase_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });  // one '?' for each
    }
    const std::size_t limit = static_cast<std::size_t>(std::max(4, width / (6 * scale)));
    return text.size() <= limit ? text : ".." + text.substr(text.size() - limit + 2);
}

// "circle, square": the classes in the mask, but for the background.
std::string classes_in(const Image& mask, const std::vector<std::string>& classes) {
    std::array<bool, 256> present{};
    for (const std::uint8_t label : mask.pixels) present[label] = true;
    std::string text;
    for (std::size_t label = 0; label < kIgnored; ++label) {
        const bool background = label == 0 && !classes.empty() && classes[0] == "background";
        if (present[label] && !background)
            text += (text.empty() ? "" : ", ") + class_text(static_cast<std::int64_t>(label), classes);
    }
    return text;
}

std::string caption(const Sample& sample, const std::vector<std::string>& classes, const SheetPlan& plan) {
    std::string text = class_text(sample.label, classes);
    for (std::size_t i = 0; i < sample.values.size(); ++i) {
        const std::string name = i < plan.targets.size() ? plan.targets[i] + " " : "";
        text += fmt::format("{}{}{:.6g}", text.empty() ? "" : ", ", name, sample.values[i]);
    }
    if (!sample.instances.empty()) text += fmt::format("{} objects", sample.instances.size());
    return text + classes_in(sample.mask, classes);
}

}  // namespace

Image contact_sheet(const std::vector<Sample>& samples, const std::vector<std::string>& classes,
                    const SheetPlan& plan) {
    const int count = static_cast<int>(samples.size()), columns = std::max(1, std::min(plan.columns, count)),
              rows = std::max(1, (count + columns - 1) / columns);
    const int scale = std::max(1, (plan.cell + kCellOfScale / 2) / kCellOfScale), margin = kMargin * scale;
    const int across = plan.cell + margin, down = plan.cell + kCaption * scale + margin;
    Image sheet{columns * across + margin, rows * down + margin, 3, {}};
    sheet.pixels.resize(static_cast<std::size_t>(sheet.width) * sheet.height * 3);
    fill_rect(sheet, {0, 0, sheet.height, sheet.width}, kPaper);
    for (int i = 0; i < count; ++i) {
        const Sample& sample = samples[static_cast<std::size_t>(i)];
        Sample small = scaled_to_cell(sample, plan.cell, scale);
        if (!small.mask.pixels.empty()) draw_class_map(small.image, small.mask, classes);
        for (const Instance& one : small.instances) draw_shape(small.image, one, scale);
        draw_names(small.image, small.instances, classes, scale);
        for (const Instance& one : small.instances) draw_annotations(small.image, one, scale);
        const int left = margin + i % columns * across, top = margin + i / columns * down;
        paste(sheet, small.image, left + (plan.cell - small.image.width) / 2,
              top + (plan.cell - small.image.height) / 2);
        draw_text(sheet, left, top + plan.cell + 4 * scale, cut(caption(sample, classes, plan), plan.cell, scale), kInk,
                  scale);
        draw_text(sheet, left, top + plan.cell + 14 * scale, cut(small.name, plan.cell, scale), kFaint, scale);
    }
    return sheet;
}

Sample placeholder_sample(std::int64_t index, const std::string& name) {
    constexpr int kSide = 64;
    Sample sample;
    sample.index = index;
    sample.name = "? " + name;
    sample.image = {kSide, kSide, 3, std::vector<std::uint8_t>(kSide * kSide * 3, 90)};
    return sample;
}

}  // namespace goetia
