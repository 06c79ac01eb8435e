#include "datasets/validation/picture_scan.h"

#include "base/hash.h"
#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(LookAtPicture, tells_all_at_once) {
    const TempFolder folder;
    const std::string bytes = encode_png(picture(9, 7)).value();
    write_text(folder / "a.png", bytes);
    FileHashes hashes;
    const PictureFacts facts = look_at_picture(folder / "a.png", hashes);
    EXPECT_EQ(facts.state, PictureState::kWhole);
    EXPECT_EQ(facts.width, 9);
    EXPECT_EQ(facts.height, 7);
    EXPECT_EQ(facts.bytes, bytes.size());
    EXPECT_EQ(facts.sha256, sha256_hex(bytes));
    EXPECT_TRUE(facts.look);
    EXPECT_EQ(look_at_picture(folder / "b.png", hashes).state, PictureState::kMissing);
    fs::create_directory(folder / "c.png");
    EXPECT_EQ(look_at_picture(folder / "c.png", hashes).state, PictureState::kUnreadable);
}

TEST(ScanPictures, stops_when_asked_to) {
    AnnotatedSet set{.roots = {"/nowhere"}, .images = std::vector<AnnotatedImage>(100)};
    ParallelOptions options;
    options.stop.request_stop();
    FileHashes hashes;
    const auto scanned = scan_pictures(set, hashes, options);
    ASSERT_FALSE(scanned);
    EXPECT_EQ(scanned.error().code, Code::kCancelled);
}

TEST(PictureFindings, a_turned_picture_is_named_as_that) {
    AnnotatedSet set{.roots = {"/data"}, .images = {{.name = "a.jpg", .width = 30, .height = 40}}};
    const Findings findings = picture_findings(set, {{.state = PictureState::kWhole, .width = 40, .height = 30}});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].kind, FindingKind::kSizeMismatch);
    EXPECT_EQ(findings[0].found, "'a.jpg' is annotated as 30 x 40 pixels, the file is 40 x 30");
    EXPECT_NE(findings[0].fix.find("EXIF"), std::string::npos);
}

}  // namespace
}  // namespace goetia
