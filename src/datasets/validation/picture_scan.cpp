#include "datasets/validation/picture_scan.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/hash.h"
#include "datasets/validation/ends_early.h"
#include "datasets/validation/perceptual_hash.h"
#include "imaging/decode/decode.h"

namespace goetia {
namespace fs = std::filesystem;
namespace {

Finding about_picture(const AnnotatedSet& set, const AnnotatedImage& image, FindingKind kind) {
    Finding finding = finding_at(set, image, kind);
    finding.file = set.path(image).native();
    finding.line = 0;
    return finding;
}

std::optional<Finding> finding_of(const AnnotatedSet& set, const AnnotatedImage& image, const PictureFacts& facts) {
    switch (facts.state) {
        case PictureState::kWhole: break;
        case PictureState::kMissing: {
            Finding finding = finding_at(set, image, FindingKind::kMissingFile);
            finding.found = fmt::format("there is no file '{}'", set.path(image).native());
            finding.fix = "put it there, correct its name or the data root, or take it out of the annotations";
            return finding;
        }
        case PictureState::kUnreadable: {
            Finding finding = about_picture(set, image, FindingKind::kUnreadableImage);
            finding.found = facts.reason;
            finding.fix = "replace the file by one that opens, or take it out of the annotations";
            return finding;
        }
        case PictureState::kTruncated: {
            Finding finding = about_picture(set, image, FindingKind::kTruncatedImage);
            finding.found = fmt::format("{} (the file ends after {} bytes)", facts.reason, facts.bytes);
            finding.fix = "copy or fetch the file again";
            return finding;
        }
    }
    if (image.width < 1 || image.height < 1) return std::nullopt;
    if (image.width == facts.width && image.height == facts.height) return std::nullopt;
    Finding finding = finding_at(set, image, FindingKind::kSizeMismatch);
    finding.found = fmt::format("'{}' is annotated as {} x {} pixels, the file is {} x {}", image.name, image.width,
                                image.height, facts.width, facts.height);
    const bool turned = image.width == facts.height && image.height == facts.width;
    finding.fix = turned ? "annotate the picture as it stands upright (its EXIF data may turn it), width first"
                         : "correct width and height, or put the picture there that was annotated";
    return finding;
}

}  // namespace

PictureFacts look_at_picture(const fs::path& path, FileHashes& hashes) {
    PictureFacts facts;
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 && (errno == ENOENT || errno == ENOTDIR)) return facts;
    const Result<std::string> bytes = read_file(path);
    if (!bytes) {
        facts.state = PictureState::kUnreadable;
        facts.reason = bytes.error().message;
        return facts;
    }
    facts.bytes = bytes->size();
    facts.sha256 = sha256_hex(*bytes);
    hashes.remember(path, state_of(info), facts.sha256);
    const Result<Image> image = decode_image(*bytes, path.native());
    if (!image) {
        facts.state = ends_early(*bytes) ? PictureState::kTruncated : PictureState::kUnreadable;
        facts.reason = image.error().message;
        return facts;
    }
    facts.state = PictureState::kWhole;
    facts.width = image->width, facts.height = image->height;
    facts.look = perceptual_hash(*image);
    return facts;
}

Result<std::vector<PictureFacts>> scan_pictures(const AnnotatedSet& set, FileHashes& hashes,
                                                const ParallelOptions& options) {
    std::vector<PictureFacts> facts(set.images.size());
    GOETIA_TRY(for_each_number(static_cast<std::int64_t>(facts.size()), options, [&](std::int64_t i) {
        const auto place = static_cast<std::size_t>(i);
        facts[place] = look_at_picture(set.path(set.images[place]), hashes);
        return Status();
    }));
    return facts;
}

Findings picture_findings(const AnnotatedSet& set, const std::vector<PictureFacts>& facts) {
    Findings findings;
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (auto finding = finding_of(set, set.images[i], facts[i])) findings.push_back(*std::move(finding));
    }
    return findings;
}

}  // namespace goetia
