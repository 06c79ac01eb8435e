#include "datasets/validation/validate.h"

#include <algorithm>

#include "base/hash.h"
#include "datasets/formats/annotated_dataset.h"
#include "datasets/validation/check_balance.h"
#include "datasets/validation/check_splits.h"

namespace goetia {
namespace {

void append(Findings& findings, Findings more) {
    findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// Progress of one scan as part of all scans.
ParallelOptions part_of(const ParallelOptions& options, std::int64_t before, std::int64_t all) {
    ParallelOptions part = options;
    if (options.on_progress)
        part.on_progress = [report = options.on_progress, before, all](std::int64_t done, std::int64_t) {
            report(before + done, all);
        };
    return part;
}

struct Scans {
    std::vector<std::vector<ImageInfo>> images;
    std::vector<std::vector<MaskInfo>> masks;
};

Result<Scans> scan(const std::vector<SplitSet>& sets, const ValidationOptions& options, FileHashes& hashes) {
    Scans scans{.images = std::vector<std::vector<ImageInfo>>(sets.size()),
                .masks = std::vector<std::vector<MaskInfo>>(sets.size())};
    if (!options.open_files) return scans;
    const auto opened = [](const SplitSet& one) {
        return static_cast<std::int64_t>(one.set.images.size()) * (one.set.task == Task::kSemantic ? 2 : 1);
    };
    std::int64_t all = 0, done = 0;
    for (const SplitSet& one : sets) all += opened(one);
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const AnnotatedSet& set = sets[i].set;
        GOETIA_ASSIGN(scans.images[i], scan_images(set, hashes, part_of(options.parallel, done, all)));
        if (set.task == Task::kSemantic) {
            const auto between = done + static_cast<std::int64_t>(set.images.size());
            GOETIA_ASSIGN(scans.masks[i], scan_masks(set, hashes, part_of(options.parallel, between, all)));
        }
        done += opened(sets[i]);
    }
    return scans;
}

}  // namespace

std::string combined_fingerprint(const std::vector<std::pair<Split, std::string>>& splits) {
    Sha256 sum;
    for (const auto& [split, fingerprint] : splits) sum.add(fmt::format("{} {}\n", split_name(split), fingerprint));
    return sum.hex();
}

std::filesystem::path common_folder(const std::vector<SplitSet>& sets) {
    std::filesystem::path common;
    for (const SplitSet& one : sets) {
        for (const AnnotatedImage& image : one.set.images)
            common =
                common_folder(common, std::filesystem::absolute(one.set.path(image)).lexically_normal().parent_path());
    }
    return common;
}

namespace {

// A split that lists no images is a fault, unless another fault explains it.
Findings nothing_listed(const SplitSet& one) {
    if (!one.set.images.empty() || has_faults(one.findings)) return {};
    Finding finding{.kind = FindingKind::kMissingFile};
    finding.file = set_location(one.set);
    finding.found = fmt::format("the {} split lists no images", split_name(one.split));
    finding.fix = "list its images, or omit the split";
    return {finding};
}

// Drops findings about empty classes that the reader has reported already, or that stand for a gap in the numbering
// which it has reported.
Findings balance_findings(const SplitSet& one, const std::vector<MaskInfo>& masks) {
    const bool semantic = one.set.task == Task::kSemantic;
    Findings findings = check_balance(one.set, semantic ? pixel_counts(one.set, masks) : class_counts(one.set));
    std::erase_if(findings, [&](const Finding& finding) {
        return std::ranges::any_of(one.findings, [&](const Finding& reported) {
            const bool explains = reported.kind == FindingKind::kEmptyClass || reported.kind == FindingKind::kIdGap;
            return explains && finding.kind == FindingKind::kEmptyClass && finding.id == reported.id;
        });
    });
    return findings;
}

}  // namespace

Result<Validation> validate(const std::vector<SplitSet>& sets, const ValidationOptions& options, FileHashes& hashes) {
    GOETIA_ASSIGN(const Scans scans, scan(sets, options, hashes));
    Validation validation;
    std::vector<Findings> findings = findings_of(sets);
    std::vector<std::pair<Split, std::string>> fingerprints;
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const AnnotatedSet& set = sets[i].set;
        append(validation.findings, std::move(findings[i]));
        append(validation.findings, nothing_listed(sets[i]));
        append(validation.findings, image_findings(set, scans.images[i]));
        append(validation.findings, mask_findings(set, scans.masks[i], scans.images[i]));
        if (sets[i].split == Split::kTrain) append(validation.findings, balance_findings(sets[i], scans.masks[i]));
        SplitReport report{.split = sets[i].split, .statistics = statistics_of(set, scans.images[i], scans.masks[i])};
        ParallelOptions quiet = options.parallel;
        quiet.on_progress = {};
        GOETIA_ASSIGN(report.certificate, certify(AnnotatedDataset(set), hashes, quiet));
        fingerprints.emplace_back(report.split, report.certificate.fingerprint);
        validation.splits.push_back(std::move(report));
    }
    append(validation.findings, check_class_lists(sets));
    append(validation.findings, check_subjects(sets));
    append(validation.findings, check_duplicates(sets, scans.images, options.near_distance));
    validation.fingerprint = combined_fingerprint(fingerprints);
    return validation;
}

}  // namespace goetia
