#include "datasets/validation/mask_scan.h"

#include <cerrno>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"
#include "datasets/validation/ends_early.h"
#include "imaging/decode/mask.h"

namespace goetia {
namespace {

MaskFacts look_at_mask(const std::filesystem::path& path, FileHashes& hashes) {
    MaskFacts facts{.wanted = true};
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 && (errno == ENOENT || errno == ENOTDIR)) return facts;
    const Result<std::string> bytes = read_file(path);
    facts.state = PictureState::kUnreadable;
    if (!bytes) {
        facts.reason = bytes.error().message;
        return facts;
    }
    hashes.remember(path, state_of(info), sha256_hex(*bytes));
    const Result<Image> mask = decode_mask(*bytes, path.native());
    if (!mask) {
        if (ends_early(*bytes)) facts.state = PictureState::kTruncated;
        facts.reason = mask.error().message;
        return facts;
    }
    facts.state = PictureState::kWhole;
    facts.width = mask->width, facts.height = mask->height;
    for (const std::uint8_t value : mask->pixels) ++facts.pixels[value];
    return facts;
}

Finding about_mask(const AnnotatedImage& image, FindingKind kind, std::string found, std::string fix) {
    return {.kind = kind,
            .file = image.mask.native(),
            .id = image.name,
            .found = std::move(found),
            .fix = std::move(fix),
            .severity = usual_severity(kind)};
}

void add_state_finding(const AnnotatedImage& image, const MaskFacts& mask, Findings& findings) {
    if (mask.state == PictureState::kMissing) {
        findings.push_back(
            about_mask(image, FindingKind::kMissingFile,
                       fmt::format("the mask '{}' of '{}' is not there", image.mask.native(), image.name),
                       "put it there, or take the image out of the set"));
    } else if (mask.state == PictureState::kTruncated) {
        findings.push_back(
            about_mask(image, FindingKind::kTruncatedImage, mask.reason, "copy or write the mask again"));
    } else {
        findings.push_back(about_mask(image, FindingKind::kUnreadableImage, mask.reason, "write the mask again"));
    }
}

void add_size_finding(const AnnotatedImage& image, const MaskFacts& mask, const PictureFacts* picture,
                      Findings& findings) {
    const bool looked = picture != nullptr && picture->state == PictureState::kWhole;
    const int width = looked ? picture->width : image.width, height = looked ? picture->height : image.height;
    if (width < 1 || height < 1 || (mask.width == width && mask.height == height)) return;
    findings.push_back(about_mask(image, FindingKind::kMaskSize,
                                  fmt::format("the mask is {} x {} pixels, its picture '{}' is {} x {}", mask.width,
                                              mask.height, image.name, width, height),
                                  "write the mask in its picture's size"));
}

void add_value_finding(const AnnotatedImage& image, const MaskFacts& mask, std::size_t classes, Findings& findings) {
    if (classes == 0) return;  // that no class is named is told by the reader
    std::string values;
    std::int64_t pixels = 0;
    for (std::size_t value = classes; value < kIgnoredClass; ++value) {
        if (mask.pixels[value] == 0) continue;
        values += fmt::format("{}{}", values.empty() ? "" : ", ", value);
        pixels += mask.pixels[value];
    }
    if (pixels == 0) return;
    findings.push_back(about_mask(
        image, FindingKind::kMaskValue,
        fmt::format("the mask of '{}' holds {} in {} pixels, which is no class", image.name, values, pixels),
        fmt::format("use 0 to {} and {} for what is ignored, or name more classes", classes - 1, kIgnoredClass)));
}

}  // namespace

Result<std::vector<MaskFacts>> scan_masks(const AnnotatedSet& set, FileHashes& hashes, const ParallelOptions& options) {
    std::vector<MaskFacts> facts(set.images.size());
    GOETIA_TRY(for_each_number(static_cast<std::int64_t>(facts.size()), options, [&](std::int64_t i) {
        const AnnotatedImage& image = set.images[static_cast<std::size_t>(i)];
        if (!image.mask.empty()) facts[static_cast<std::size_t>(i)] = look_at_mask(image.mask, hashes);
        return Status();
    }));
    return facts;
}

Findings mask_findings(const AnnotatedSet& set, const std::vector<MaskFacts>& masks,
                       const std::vector<PictureFacts>& pictures) {
    Findings findings;
    for (std::size_t i = 0; i < masks.size(); ++i) {
        if (!masks[i].wanted) continue;
        const AnnotatedImage& image = set.images[i];
        if (masks[i].state != PictureState::kWhole) {
            add_state_finding(image, masks[i], findings);
            continue;
        }
        add_size_finding(image, masks[i], i < pictures.size() ? &pictures[i] : nullptr, findings);
        add_value_finding(image, masks[i], set.classes.size(), findings);
    }
    return findings;
}

std::vector<std::int64_t> pixel_counts(const AnnotatedSet& set, const std::vector<MaskFacts>& masks) {
    std::vector<std::int64_t> counts(set.classes.size());
    for (const MaskFacts& mask : masks) {
        for (std::size_t i = 0; i < counts.size() && i < kIgnoredClass; ++i) counts[i] += mask.pixels[i];
    }
    return counts;
}

}  // namespace goetia
