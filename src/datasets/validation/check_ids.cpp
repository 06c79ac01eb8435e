// Checks for duplicate ids of images or annotations, and for images listed twice.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "datasets/validation/checks.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

// Ids are per source: another source may use the same.
template <class Id>
using FirstWith = std::vector<std::unordered_map<Id, const AnnotatedImage*>>;

template <class Id>
FirstWith<Id> none_yet(const AnnotatedSet& set) {
    return FirstWith<Id>(std::max<std::size_t>(set.sources.size(), 1));
}

void check_image_ids(const AnnotatedSet& set, Findings& findings) {
    auto first = none_yet<std::string_view>(set);
    for (const AnnotatedImage& image : set.images) {
        if (image.id.empty()) continue;
        const auto [place, is_new] = first.at(image.source).emplace(image.id, &image);
        if (is_new) continue;
        const AnnotatedImage& earlier = *place->second;
        if (earlier.name == image.name && earlier.root == image.root) continue;  // reported as listed twice
        Finding finding = finding_at(set, image, FindingKind::kDuplicateId);
        finding.found = fmt::format("image id '{}' of '{}' is also that of '{}'", image.id, image.name, earlier.name);
        finding.fix = "give each image a unique id, and correct the annotations that use it";
        findings.push_back(std::move(finding));
    }
}

// Hash and equality of image paths, whichever root they are listed below. Paths are only assembled when needed: a set
// may list millions.
class ImagePaths {
  public:
    explicit ImagePaths(const AnnotatedSet& set) {
        for (const fs::path& root : set.roots)
            roots_.push_back(fs::absolute(root / ".").lexically_normal().native());  // ends with its '/'
    }
    std::size_t operator()(const AnnotatedImage* image) const { return std::hash<std::string_view>()(text(*image, 0)); }
    bool operator()(const AnnotatedImage* one, const AnnotatedImage* other) const {
        if (one->root == other->root) return one->name == other->name;
        return text(*one, 0) == text(*other, 1);
    }

  private:
    std::string_view text(const AnnotatedImage& image, std::size_t which) const {
        std::string& text = texts_.at(which);
        text.clear();
        if (!image.name.starts_with('/')) text = roots_[image.root];
        return text += image.name;
    }

    std::vector<std::string> roots_;
    mutable std::array<std::string, 2> texts_;
};

void check_names(const AnnotatedSet& set, Findings& findings) {
    const ImagePaths paths(set);
    const auto hash = [&](const AnnotatedImage* image) { return paths(image); };
    const auto same = [&](const AnnotatedImage* one, const AnnotatedImage* other) { return paths(one, other); };
    std::unordered_set<const AnnotatedImage*, decltype(hash), decltype(same)> listed(set.images.size(), hash, same);
    for (const AnnotatedImage& image : set.images) {
        const auto [place, is_new] = listed.insert(&image);
        if (is_new) continue;
        const AnnotatedImage& first = **place;
        Finding finding = finding_at(set, image, FindingKind::kDuplicateId);
        if (first.source == image.source) {
            finding.found =
                fmt::format("image '{}' is listed twice{}", image.name,
                            first.location.line > 0 ? fmt::format(", first in line {}", first.location.line) : "");
            finding.fix = "list it once, with all its annotations";
        } else {
            finding.severity = Severity::kWarning;  // a source may be repeated on purpose
            finding.found = fmt::format("image '{}' is in two sources, '{}' and '{}'", image.name,
                                        set.sources.at(first.source).name, set.sources.at(image.source).name);
            finding.fix =
                "remove it from one, unless it should count twice: what only one of them annotates is "
                "background in the other";
        }
        findings.push_back(std::move(finding));
    }
}

void check_annotation_ids(const AnnotatedSet& set, Findings& findings) {
    auto first = none_yet<std::int64_t>(set);
    for (const AnnotatedImage& image : set.images) {
        for (const Instance& instance : image.instances) {
            if (instance.id < 0) continue;
            const auto [place, is_new] = first.at(image.source).emplace(instance.id, &image);
            if (is_new) continue;
            Finding finding = finding_at(set, image, instance, FindingKind::kDuplicateId);
            finding.found = fmt::format("annotation id {} is used twice: in '{}' and in '{}'", instance.id,
                                        place->second->name, image.name);
            finding.fix = "give each annotation a unique id";
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
