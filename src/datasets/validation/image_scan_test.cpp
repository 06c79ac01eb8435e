#include "datasets/validation/image_scan.h"

#include "base/hash.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(ScanImage, returns_size_hashes_and_state) {
    const TempFolder folder;
    const std::string bytes = encode_png(gradient_image(9, 7)).value();
    write_text(folder / "a.png", bytes);
    FileHashes hashes;
    const ImageInfo info = scan_image(folder / "a.png", hashes);
    EXPECT_EQ(info.state, ImageState::kIntact);
    EXPECT_EQ(info.width, 9);
    EXPECT_EQ(info.height, 7);
    EXPECT_EQ(info.bytes, bytes.size());
    EXPECT_EQ(info.sha256, sha256_hex(bytes));
    EXPECT_TRUE(info.perceptual_hash);
    EXPECT_EQ(scan_image(folder / "b.png", hashes).state, ImageState::kMissing);
    fs::create_directory(folder / "c.png");
    EXPECT_EQ(scan_image(folder / "c.png", hashes).state, ImageState::kUnreadable);
}

TEST(ScanImages, stops_when_asked_to) {
    AnnotatedSet set{.roots = {"/nowhere"}, .images = std::vector<AnnotatedImage>(100)};
    ParallelOptions options;
    options.stop.request_stop();
    FileHashes hashes;
    const auto scanned = scan_images(set, hashes, options);
    ASSERT_FALSE(scanned);
    EXPECT_EQ(scanned.error().code, Code::kCancelled);
}

TEST(ImageFindings, a_rotated_image_is_recognised) {
    AnnotatedSet set{.roots = {"/data"}, .images = {{.name = "a.jpg", .width = 30, .height = 40}}};
    const Findings findings = image_findings(set, {{.state = ImageState::kIntact, .width = 40, .height = 30}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].kind, FindingKind::kSizeMismatch);
    EXPECT_EQ(findings[0].found, "'a.jpg' is annotated as 30 x 40 pixels, the file is 40 x 30");
    EXPECT_NE(findings[0].fix.find("EXIF"), std::string::npos);
}

}  // namespace
}  // namespace goetia
