#include "datasets/validation/leave_out.h"

#include <set>

#include "datasets/formats/roots.h"

namespace goetia {
namespace {

void erase_instances(AnnotatedSet& set, const std::set<std::pair<std::int64_t, std::int64_t>>& faulty) {
    for (auto place = faulty.rbegin(); place != faulty.rend(); ++place) {  // from the back, so that indices stay valid
        auto& instances = set.images[static_cast<std::size_t>(place->first)].instances;
        instances.erase(instances.begin() + place->second);
    }
}

}  // namespace

void leave_out_faulty(AnnotatedSet& set, Findings& findings) {
    std::set<std::pair<std::int64_t, std::int64_t>> faulty;
    std::erase_if(findings, [&](const Finding& finding) {
        if (finding.severity != Severity::kFault || !finding.of_object) return false;
        // An object with several faults is counted once, under the first.
        const bool is_first = finding.image < 0 ? finding.instance != kSameObject
                                                : faulty.emplace(finding.image, finding.instance).second;
        if (is_first) ++set.left_out[std::string(finding_code(finding.kind))];
        return true;
    });
    erase_instances(set, faulty);
}

Findings missing_images(const AnnotatedSet& set) {
    Findings findings;
    for (const AnnotatedImage& image : set.images) {
        if (is_file(set.path(image))) continue;
        findings.push_back(finding_at(set, image, FindingKind::kMissingFile));
        findings.back().found = fmt::format("there is no file '{}'", set.path(image).native());
        findings.back().fix = "add the file, correct its name or the data root, or remove it from the annotations";
    }
    return findings;
}

void leave_out_missing(AnnotatedSet& set) {
    const auto missing =
        std::erase_if(set.images, [&](const AnnotatedImage& image) { return !is_file(set.path(image)); });
    if (missing > 0)
        set.left_out[std::string(finding_code(FindingKind::kMissingFile))] += static_cast<std::int64_t>(missing);
}

}  // namespace goetia
