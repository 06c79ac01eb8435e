// Boxes that hold nothing, are turned inside out, or reach beyond their picture.
#include <cmath>
#include <optional>

#include "datasets/validation/checks.h"

namespace goetia {
namespace {

// Formats write boxes with few digits: what rounding alone can push over the edge is no fault.
constexpr float kRounding = 0.5F;

struct Trouble {
    FindingKind kind;
    std::string found, fix;
};

bool is_finite(const Box& box) {
    return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2);
}

bool reaches_out(const Box& box, const AnnotatedImage& image) {
    return box.x1 < -kRounding || box.y1 < -kRounding || box.x2 > static_cast<float>(image.width) + kRounding ||
           box.y2 > static_cast<float>(image.height) + kRounding;
}

std::optional<Trouble> trouble_of(const Box& box, const AnnotatedImage& image) {
    if (!is_finite(box)) return Trouble{FindingKind::kBadSyntax, "a corner that is no number", "write finite numbers"};
    const std::string size = fmt::format("{:.6g} x {:.6g} pixels", box.width(), box.height());
    if (box.width() < 0 || box.height() < 0) {
        return Trouble{FindingKind::kNegativeBox, size,
                       "correct its width and height, or the order of its corners: the upper left one comes first"};
    }
    if (box.width() == 0 || box.height() == 0)
        return Trouble{FindingKind::kEmptyBox, size, "correct its width and height, or remove the annotation"};
    if (image.width > 0 && image.height > 0 && reaches_out(box, image)) {
        return Trouble{FindingKind::kBoxOutside,
                       fmt::format("({:.6g}, {:.6g}) to ({:.6g}, {:.6g}), beyond the picture's {} x {} pixels", box.x1,
                                   box.y1, box.x2, box.y2, image.width, image.height),
                       "clip it to the picture, or correct the picture's annotated size"};
    }
    return std::nullopt;
}

}  // namespace

void check_boxes(const AnnotatedSet& set, Findings& findings) {
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& instance : image.instances) {
            std::optional<Trouble> trouble = trouble_of(instance.box, image);
            if (!trouble) continue;
            Finding finding = finding_at(set, image, instance, trouble->kind);
            finding.found = fmt::format("the box of {} is {}", annotation_text(image, instance), trouble->found);
            finding.fix = std::move(trouble->fix);
            findings.push_back(std::move(finding));
        }
    }
}

}  // namespace goetia
