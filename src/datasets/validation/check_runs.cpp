// Checks for run-length masks that do not fit their image.
#include <numeric>

#include "datasets/validation/checks.h"

namespace goetia {
namespace {

// Empty if the runs fit.
std::string problem_of_runs(const Rle& runs, const AnnotatedImage& image) {
    if (runs.height < 1 || runs.width < 1) return fmt::format("have a size of {} x {}", runs.width, runs.height);
    if (image.width > 0 && image.height > 0 && (runs.width != image.width || runs.height != image.height)) {
        return fmt::format("have {} x {} pixels, the image {} x {}", runs.width, runs.height, image.width,
                           image.height);
    }
    const auto covered = std::accumulate(runs.counts.begin(), runs.counts.end(), std::uint64_t{0});
    const std::uint64_t pixels = static_cast<std::uint64_t>(runs.width) * static_cast<std::uint64_t>(runs.height);
    if (covered == pixels) return {};
    return fmt::format("cover {} pixels of {} x {} = {}", covered, runs.width, runs.height, pixels);
}

}  // namespace

void check_runs(const AnnotatedSet& set, Findings& findings) {
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& instance : image.instances) {
            if (!instance.mask) continue;
            const std::string problem = problem_of_runs(*instance.mask, image);
            if (problem.empty()) continue;
            Finding finding = finding_at(set, image, instance, FindingKind::kBadRuns);
            finding.found = fmt::format("the runs of {} {}", annotation_text(image, instance), problem);
            finding.fix = "write the mask again; its size is [height, width]";
            findings.push_back(std::move(finding));
        }
    }
}

}  // namespace goetia
