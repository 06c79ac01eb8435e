#include "datasets/validation/image_scan.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"
#include "datasets/validation/perceptual_hash.h"
#include "datasets/validation/truncation.h"
#include "imaging/decode/decode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Finding about_image(const AnnotatedSet& set, const AnnotatedImage& image, FindingKind kind) {
    Finding finding = finding_at(set, image, kind);
    finding.file = set.path(image).native();
    finding.line = 0;
    return finding;
}

std::optional<Finding> finding_of(const AnnotatedSet& set, const AnnotatedImage& image, const ImageInfo& info) {
    switch (info.state) {
        case ImageState::kIntact: break;
        case ImageState::kMissing: {
            Finding finding = finding_at(set, image, FindingKind::kMissingFile);
            finding.found = fmt::format("there is no file '{}'", set.path(image).native());
            finding.fix = "add the file, correct its name or the data root, or remove it from the annotations";
            return finding;
        }
        case ImageState::kUnreadable: {
            Finding finding = about_image(set, image, FindingKind::kUnreadableImage);
            finding.found = info.reason;
            finding.fix = "replace the file, or remove it from the annotations";
            return finding;
        }
        case ImageState::kTruncated: {
            Finding finding = about_image(set, image, FindingKind::kTruncatedImage);
            finding.found = fmt::format("{} (the file ends after {} bytes)", info.reason, info.bytes);
            finding.fix = "copy or download the file again";
            return finding;
        }
    }
    if (image.width < 1 || image.height < 1) return std::nullopt;
    if (image.width == info.width && image.height == info.height) return std::nullopt;
    Finding finding = finding_at(set, image, FindingKind::kSizeMismatch);
    finding.found = fmt::format("'{}' is annotated as {} x {} pixels, the file is {} x {}", image.name, image.width,
                                image.height, info.width, info.height);
    const bool rotated = image.width == info.height && image.height == info.width;
    finding.fix = rotated ? "annotate the upright image (EXIF data may rotate it), width first"
                          : "correct width and height, or restore the annotated image";
    return finding;
}

}  // namespace

ImageInfo scan_image(const fs::path& path, FileHashes& hashes) {
    ImageInfo info;
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) return info;
    const Result<std::string> bytes = read_file(path);
    if (!bytes) {
        info.state = ImageState::kUnreadable;
        info.reason = bytes.error().message;
        return info;
    }
    info.bytes = bytes->size();
    info.sha256 = sha256_hex(*bytes);
    hashes.store(path, state_of(status), info.sha256);
    const Result<Image> image = decode_image(*bytes, path.native());
    if (!image) {
        info.state = is_truncated(*bytes) ? ImageState::kTruncated : ImageState::kUnreadable;
        info.reason = image.error().message;
        return info;
    }
    info.state = ImageState::kIntact;
    info.width = image->width, info.height = image->height;
    info.perceptual_hash = perceptual_hash(*image);
    if (info.perceptual_hash) info.thumbnail = thumbnail(*image);
    return info;
}

Result<std::vector<ImageInfo>> scan_images(const AnnotatedSet& set, FileHashes& hashes,
                                           const ParallelOptions& options) {
    std::vector<ImageInfo> info(set.images.size());
    GOETIA_TRY(parallel_for(static_cast<std::int64_t>(info.size()), options, [&](std::int64_t i) {
        const auto index = static_cast<std::size_t>(i);
        info[index] = scan_image(set.path(set.images[index]), hashes);
        return Status();
    }));
    return info;
}

Findings image_findings(const AnnotatedSet& set, const std::vector<ImageInfo>& info) {
    Findings findings;
    for (std::size_t i = 0; i < info.size(); ++i) {
        if (auto finding = finding_of(set, set.images[i], info[i])) findings.push_back(*std::move(finding));
    }
    return findings;
}

}  // namespace goetia
