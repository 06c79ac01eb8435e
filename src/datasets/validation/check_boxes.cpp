// Checks for boxes that are empty, inverted, or outside of their image.
#include <cmath>
#include <optional>

#include "datasets/validation/checks.h"
#include "datasets/validation/outside.h"

namespace goetia {
namespace {

struct BoxProblem {
    FindingKind kind;
    std::string found, fix;
};

bool is_finite(const Box& box) {
    return std::isfinite(box.x1) && std::isfinite(box.y1) && std::isfinite(box.x2) && std::isfinite(box.y2);
}

std::optional<BoxProblem> problem_of_box(const Box& box, const AnnotatedImage& image) {
    if (!is_finite(box))
        return BoxProblem{FindingKind::kBadSyntax, "not a finite number at a corner", "use finite numbers"};
    const std::string size = fmt::format("{:.6g} x {:.6g} pixels", box.width(), box.height());
    if (box.width() < 0 || box.height() < 0) {
        return BoxProblem{FindingKind::kNegativeBox, size,
                          "correct its width and height, or the order of its corners: the upper left one comes first"};
    }
    if (box.width() == 0 || box.height() == 0)
        return BoxProblem{FindingKind::kEmptyBox, size, "correct its width and height, or remove the annotation"};
    if (image.width > 0 && image.height > 0 && is_outside(box, image)) {
        return BoxProblem{FindingKind::kBoxOutside,
                          fmt::format("({:.6g}, {:.6g}) to ({:.6g}, {:.6g}), outside of the image of {} x {} pixels",
                                      box.x1, box.y1, box.x2, box.y2, image.width, image.height),
                          "clip it to the image, or correct the annotated image size"};
    }
    return std::nullopt;
}

}  // namespace

void check_boxes(const AnnotatedSet& set, Findings& findings) {
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& instance : image.instances) {
            std::optional<BoxProblem> problem = problem_of_box(instance.box, image);
            if (!problem) continue;
            Finding finding = finding_at(set, image, instance, problem->kind);
            finding.found = fmt::format("the box of {} is {}", annotation_text(image, instance), problem->found);
            finding.fix = std::move(problem->fix);
            findings.push_back(std::move(finding));
        }
    }
}

}  // namespace goetia
