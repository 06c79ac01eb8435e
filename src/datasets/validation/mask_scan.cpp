#include "datasets/validation/mask_scan.h"

#include <cerrno>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"
#include "datasets/validation/truncation.h"
#include "imaging/decode/mask.h"

namespace goetia {
namespace {

MaskInfo scan_mask(const std::filesystem::path& path, FileHashes& hashes) {
    MaskInfo info{.expected = true};
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return info;
    const Result<std::string> bytes = read_file(path);
    info.state = ImageState::kUnreadable;
    if (!bytes) {
        info.reason = bytes.error().message;
        return info;
    }
    hashes.store(path, state_of(status), sha256_hex(*bytes));
    const Result<Image> mask = decode_mask(*bytes, path.native());
    if (!mask) {
        if (is_truncated(*bytes)) info.state = ImageState::kTruncated;
        info.reason = mask.error().message;
        return info;
    }
    info.state = ImageState::kIntact;
    info.width = mask->width, info.height = mask->height;
    for (const std::uint8_t value : mask->pixels) ++info.pixels[value];
    return info;
}

Finding about_mask(const AnnotatedImage& image, FindingKind kind, std::string found, std::string fix) {
    return {.kind = kind,
            .file = image.mask.native(),
            .id = image.name,
            .found = std::move(found),
            .fix = std::move(fix),
            .severity = default_severity(kind)};
}

void add_state_finding(const AnnotatedImage& image, const MaskInfo& mask, Findings& findings) {
    if (mask.state == ImageState::kMissing) {
        findings.push_back(about_mask(image, FindingKind::kMissingFile,
                                      fmt::format("the mask '{}' of '{}' is missing", image.mask.native(), image.name),
                                      "add it, or remove the image from the set"));
    } else if (mask.state == ImageState::kTruncated) {
        findings.push_back(
            about_mask(image, FindingKind::kTruncatedImage, mask.reason, "copy or write the mask again"));
    } else {
        findings.push_back(about_mask(image, FindingKind::kUnreadableImage, mask.reason, "write the mask again"));
    }
}

void add_size_finding(const AnnotatedImage& image, const MaskInfo& mask, const ImageInfo* scanned, Findings& findings) {
    const bool known = scanned != nullptr && scanned->state == ImageState::kIntact;
    const int width = known ? scanned->width : image.width, height = known ? scanned->height : image.height;
    if (width < 1 || height < 1 || (mask.width == width && mask.height == height)) return;
    findings.push_back(about_mask(image, FindingKind::kMaskSize,
                                  fmt::format("the mask is {} x {} pixels, its image '{}' is {} x {}", mask.width,
                                              mask.height, image.name, width, height),
                                  "write the mask in the size of its image"));
}

void add_value_finding(const AnnotatedImage& image, const MaskInfo& mask, std::size_t classes, Findings& findings) {
    if (classes == 0) return;  // the reader reports that there are no classes
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
        fmt::format("the mask of '{}' contains {} in {} pixels, which is not a class", image.name, values, pixels),
        fmt::format("use 0 to {}, and {} for ignored pixels, or add classes", classes - 1, kIgnoredClass)));
}

}  // namespace

Result<std::vector<MaskInfo>> scan_masks(const AnnotatedSet& set, FileHashes& hashes, const ParallelOptions& options) {
    std::vector<MaskInfo> info(set.images.size());
    GOETIA_TRY(parallel_for(static_cast<std::int64_t>(info.size()), options, [&](std::int64_t i) {
        const AnnotatedImage& image = set.images[static_cast<std::size_t>(i)];
        if (!image.mask.empty()) info[static_cast<std::size_t>(i)] = scan_mask(image.mask, hashes);
        return Status();
    }));
    return info;
}

Findings mask_findings(const AnnotatedSet& set, const std::vector<MaskInfo>& masks,
                       const std::vector<ImageInfo>& images) {
    Findings findings;
    for (std::size_t i = 0; i < masks.size(); ++i) {
        if (!masks[i].expected) continue;
        const AnnotatedImage& image = set.images[i];
        if (masks[i].state != ImageState::kIntact) {
            add_state_finding(image, masks[i], findings);
            continue;
        }
        add_size_finding(image, masks[i], i < images.size() ? &images[i] : nullptr, findings);
        add_value_finding(image, masks[i], set.classes.size(), findings);
    }
    return findings;
}

std::vector<std::int64_t> pixel_counts(const AnnotatedSet& set, const std::vector<MaskInfo>& masks) {
    std::vector<std::int64_t> counts(set.classes.size());
    for (const MaskInfo& mask : masks) {
        for (std::size_t i = 0; i < counts.size() && i < kIgnoredClass; ++i) counts[i] += mask.pixels[i];
    }
    return counts;
}

}  // namespace goetia
