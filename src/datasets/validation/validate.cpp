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

// Progress over all scans together.
ParallelOptions part_of(const ParallelOptions& whole, std::int64_t before, std::int64_t all) {
    ParallelOptions part = whole;
    if (whole.told)
        part.told = [told = whole.told, before, all](std::int64_t done, std::int64_t) { told(before + done, all); };
    return part;
}

struct Scans {
    std::vector<std::vector<PictureFacts>> pictures;
    std::vector<std::vector<MaskFacts>> masks;
};

Result<Scans> scan(const std::vector<SplitSet>& sets, const ValidationOptions& options, FileHashes& hashes) {
    Scans scans{.pictures = std::vector<std::vector<PictureFacts>>(sets.size()),
                .masks = std::vector<std::vector<MaskFacts>>(sets.size())};
    if (!options.pictures) return scans;
    const auto opened = [](const SplitSet& one) {
        return static_cast<std::int64_t>(one.set.images.size()) * (one.set.task == Task::kSemantic ? 2 : 1);
    };
    std::int64_t all = 0, done = 0;
    for (const SplitSet& one : sets) all += opened(one);
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const AnnotatedSet& set = sets[i].set;
        GOETIA_ASSIGN(scans.pictures[i], scan_pictures(set, hashes, part_of(options.parallel, done, all)));
        if (set.task == Task::kSemantic) {
            const auto between = done + static_cast<std::int64_t>(set.images.size());
            GOETIA_ASSIGN(scans.masks[i], scan_masks(set, hashes, part_of(options.parallel, between, all)));
        }
        done += opened(sets[i]);
    }
    return scans;
}

}  // namespace

std::string whole_fingerprint(const std::vector<std::pair<Split, std::string>>& splits) {
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

// A split that lists nothing is no split to be content with, where nothing else says why.
Findings nothing_listed(const SplitSet& one) {
    if (!one.set.images.empty() || has_faults(one.findings)) return {};
    Finding finding{.kind = FindingKind::kMissingFile};
    finding.file = whole_place(one.set);
    finding.found = fmt::format("the {} split lists no image", split_name(one.split));
    finding.fix = "list its images, or leave the split out";
    return {finding};
}

// An empty class that the reader told of already, or that stands for a number which it said to be left out, is not told
// again.
Findings balance_findings(const SplitSet& one, const std::vector<MaskFacts>& masks) {
    const bool semantic = one.set.task == Task::kSemantic;
    Findings findings = check_balance(one.set, semantic ? pixel_counts(one.set, masks) : class_counts(one.set));
    std::erase_if(findings, [&](const Finding& finding) {
        return std::ranges::any_of(one.findings, [&](const Finding& told) {
            const bool explains = told.kind == FindingKind::kEmptyClass || told.kind == FindingKind::kIdGap;
            return explains && finding.kind == FindingKind::kEmptyClass && finding.id == told.id;
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
        append(validation.findings, picture_findings(set, scans.pictures[i]));
        append(validation.findings, mask_findings(set, scans.masks[i], scans.pictures[i]));
        if (sets[i].split == Split::kTrain) append(validation.findings, balance_findings(sets[i], scans.masks[i]));
        SplitReport report{.split = sets[i].split, .statistics = statistics_of(set, scans.pictures[i], scans.masks[i])};
        ParallelOptions quiet = options.parallel;
        quiet.told = {};
        GOETIA_ASSIGN(report.certificate, certify(AnnotatedDataset(set), hashes, quiet));
        fingerprints.emplace_back(report.split, report.certificate.fingerprint);
        validation.splits.push_back(std::move(report));
    }
    append(validation.findings, check_class_lists(sets));
    append(validation.findings, check_subjects(sets));
    append(validation.findings, check_twins(sets, scans.pictures, options.near_distance));
    validation.fingerprint = whole_fingerprint(fingerprints);
    return validation;
}

}  // namespace goetia
