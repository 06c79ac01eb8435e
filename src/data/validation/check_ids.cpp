// Two images or annotations with one id, and one picture listed twice.
#include <unordered_map>

#include "data/validation/checks.h"

namespace goetia {
namespace {

void check_image_ids(const AnnotatedSet& set, Findings& findings) {
    std::unordered_map<std::string_view, const AnnotatedImage*> first;
    for (const AnnotatedImage& image : set.images) {
        if (image.id.empty()) continue;
        const auto [place, is_new] = first.emplace(image.id, &image);
        if (is_new) continue;
        Finding finding = finding_at(set, image, FindingKind::kDuplicateId);
        finding.found =
            fmt::format("image id '{}' of '{}' is also that of '{}'", image.id, image.name, place->second->name);
        finding.fix = "give each image an id of its own, and correct the annotations that name it";
        findings.push_back(std::move(finding));
    }
}

void check_names(const AnnotatedSet& set, Findings& findings) {
    struct Hash {
        std::size_t operator()(const std::pair<std::uint32_t, std::string_view>& key) const {
            return std::hash<std::string_view>()(key.second) * 31 + key.first;
        }
    };
    std::unordered_map<std::pair<std::uint32_t, std::string_view>, const AnnotatedImage*, Hash> first;
    for (const AnnotatedImage& image : set.images) {
        const auto [place, is_new] = first.emplace(std::pair(image.root, std::string_view(image.name)), &image);
        if (is_new) continue;
        Finding finding = finding_at(set, image, FindingKind::kDuplicateId);
        const int line = place->second->place.line;
        finding.found = fmt::format("image '{}' is listed twice{}", image.name,
                                    line > 0 ? fmt::format(", first in line {}", line) : "");
        finding.fix = "list it once, with everything that is marked in it";
        findings.push_back(std::move(finding));
    }
}

void check_annotation_ids(const AnnotatedSet& set, Findings& findings) {
    std::unordered_map<std::int64_t, const AnnotatedImage*> first;
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& instance : image.instances) {
            if (instance.id < 0) continue;
            const auto [place, is_new] = first.emplace(instance.id, &image);
            if (is_new) continue;
            Finding finding = finding_at(set, image, instance, FindingKind::kDuplicateId);
            finding.found = fmt::format("annotation id {} comes twice: in '{}' and in '{}'", instance.id,
                                        place->second->name, image.name);
            finding.fix = "give each annotation an id of its own";
            findings.push_back(std::move(finding));
        }
    }
}

}  // namespace

void check_ids(const AnnotatedSet& set, Findings& findings) {
    check_image_ids(set, findings);
    check_names(set, findings);
    check_annotation_ids(set, findings);
}

}  // namespace goetia
