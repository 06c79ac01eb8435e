#include "datasets/validation/check_splits.h"

#include <algorithm>
#include <map>

#include "datasets/validation/duplicates.h"

namespace goetia {
namespace {

struct SplitImage {
    const SplitSet* set = nullptr;
    const AnnotatedImage* image = nullptr;

    [[nodiscard]] std::filesystem::path path() const { return set->set.path(*image); }
    [[nodiscard]] std::string text() const { return fmt::format("'{}'", path().native()); }
};

// Whether two equal images have different labels.
std::string contradiction(const SplitImage& a, const SplitImage& b) {
    const auto& classes = a.set->set.classes;
    const auto known = [&](std::int64_t label) {
        return label >= 0 && label < static_cast<std::int64_t>(classes.size());
    };
    if (!known(a.image->label) || !known(b.image->label) || a.image->label == b.image->label) return {};
    return fmt::format(" as another class ({}, {})", classes[static_cast<std::size_t>(a.image->label)],
                       classes[static_cast<std::size_t>(b.image->label)]);
}

Finding about(const SplitImage& later, FindingKind kind) {
    return {.kind = kind,
            .file = later.path().native(),
            .id = later.image->id.empty() ? later.image->name : later.image->id,
            .severity = default_severity(kind)};
}

std::optional<Finding> same_finding(const SplitImage& later, const SplitImage& earlier) {
    const bool across = later.set != earlier.set;
    const bool one_file = later.path() == earlier.path();
    if (one_file && !across) return std::nullopt;  // listed twice: reported by the id check
    Finding finding = about(later, across ? FindingKind::kSplitOverlap : FindingKind::kDuplicateImage);
    if (across) {
        finding.found = fmt::format("{} of the {} split is {}the {} split{}", later.text(),
                                    split_name(later.set->split), one_file ? "also in " : earlier.text() + " of ",
                                    split_name(earlier.set->split), contradiction(later, earlier));
        finding.fix = "keep it in one split: metrics on training images are meaningless";
    } else {
        finding.found =
            fmt::format("{} has the same bytes as {}{}", later.text(), earlier.text(), contradiction(later, earlier));
        finding.fix = "remove one of them, unless it should count twice";
    }
    return finding;
}

Finding near_finding(const SplitImage& later, const SplitImage& earlier, int distance) {
    const bool across = later.set != earlier.set;
    Finding finding = about(later, across ? FindingKind::kSplitOverlap : FindingKind::kNearDuplicateImage);
    finding.severity = Severity::kWarning;
    finding.found =
        fmt::format("{} looks like {}{} ({} of 64 bits of the perceptual hash differ)", later.text(), earlier.text(),
                    across ? fmt::format(" of the {} split", split_name(earlier.set->split)) : "", distance);
    finding.fix = across ? "compare both; if they show the same, keep them in one split"
                         : "compare both; if they show the same, remove one";
    return finding;
}

}  // namespace

std::optional<std::string> differing_classes(const std::vector<std::string>& train,
                                             const std::vector<std::string>& other) {
    for (std::size_t i = 0; i < other.size(); ++i) {
        if (i == train.size())
            return fmt::format("class {} is '{}', the training split has {} classes", i, other[i], i);
        if (train[i] != other[i])
            return fmt::format("class {} is '{}', in the training split it is '{}'", i, other[i], train[i]);
    }
    return std::nullopt;
}

Findings check_class_lists(const std::vector<SplitSet>& sets) {
    Findings findings;
    const auto train = std::ranges::find(sets, Split::kTrain, &SplitSet::split);
    if (train == sets.end() || train->set.classes.empty()) return findings;
    for (const SplitSet& one : sets) {
        const auto differing = differing_classes(train->set.classes, one.set.classes);
        if (!differing) continue;
        Finding finding{.kind = FindingKind::kClassLists, .id = std::string(split_name(one.split))};
        finding.file = set_location(one.set);
        finding.found = fmt::format("the {} split has different classes: {}", split_name(one.split), *differing);
        finding.fix = "use the same classes in the same order in both splits, or set classes_file";
        findings.push_back(std::move(finding));
    }
    return findings;
}

Findings check_subjects(const std::vector<SplitSet>& sets) {
    struct Occurrence {
        std::map<Split, std::int64_t> images;
        const SplitSet* set = nullptr;  // first occurrence in the latest split
        const AnnotatedImage* image = nullptr;
    };
    std::map<std::string, Occurrence> occurrences;
    for (const SplitSet& one : sets) {
        for (const AnnotatedImage& image : one.set.images) {
            if (image.subject.empty()) continue;
            Occurrence& seen = occurrences[image.subject];
            if (seen.images[one.split]++ == 0) seen.set = &one, seen.image = &image;
        }
    }
    Findings findings;
    for (const auto& [subject, seen] : occurrences) {
        if (seen.images.size() < 2) continue;
        Finding finding = finding_at(seen.set->set, *seen.image, FindingKind::kSubjectLeak);
        finding.id = subject;
        std::string splits;
        for (const auto& [split, images] : seen.images)
            splits += fmt::format("{}{} ({} images)", splits.empty() ? "" : " and ", split_name(split), images);
        finding.found = fmt::format("subject '{}' is in {}", subject, splits);
        finding.fix = "keep all images of a subject in one split, as 'goetia dataset split --type subject' does";
        findings.push_back(std::move(finding));
    }
    return findings;
}

Findings check_duplicates(const std::vector<SplitSet>& sets, const std::vector<std::vector<ImageInfo>>& info,
                          int near_distance) {
    std::vector<HashedImage> hashed;
    std::vector<SplitImage> images;
    std::vector<const Thumbnail*> thumbnails;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        for (std::size_t k = 0; k < info[i].size(); ++k) {
            hashed.push_back({static_cast<std::uint32_t>(i), info[i][k].sha256, info[i][k].perceptual_hash});
            images.push_back({&sets[i], &sets[i].set.images[k]});
            thumbnails.push_back(&info[i][k].thumbnail);
        }
    }
    Findings findings;
    for (const DuplicatePair& pair : exact_duplicates(hashed)) {
        if (auto finding = same_finding(images[pair.later], images[pair.earlier]))
            findings.push_back(*std::move(finding));
    }
    if (near_distance < 0) return findings;
    const auto are_alike = [&](std::size_t a, std::size_t b) {
        return correlation(*thumbnails[a], *thumbnails[b]) >= kSameImage;
    };
    for (const DuplicatePair& pair : near_duplicates(hashed, near_distance, are_alike))
        findings.push_back(near_finding(images[pair.later], images[pair.earlier], pair.distance));
    return findings;
}

}  // namespace goetia
