#include "data/validation/picture_scan.h"

#include "base/hash.h"
#include "data/testing_data.h"

namespace goetia {
namespace {

using namespace testing_data;

// Wherever a file is cut, its end is missed; whole, it is not.
TEST(EndsEarly, hears_the_formats_own_marks) {
    const std::string jpeg = encode_jpeg(picture(64, 48), 90).value(), png = encode_png(picture(64, 48)).value();
    for (const std::string& whole : {jpeg, png}) {
        EXPECT_FALSE(ends_early(whole));
        EXPECT_FALSE(ends_early(whole + "more behind it"));
        for (std::size_t size = 0; size + 2 < whole.size(); size += 7)
            EXPECT_TRUE(ends_early(whole.substr(0, size)) || size < 4) << size << " of " << whole.size();
    }
}

TEST(EndsEarly, is_not_misled_by_a_thumbnails_end) {
    const std::string jpeg = encode_jpeg(picture(64, 48), 90).value();
    const std::string thumbnail = encode_jpeg(picture(8, 6), 50).value();
    std::string with_thumbnail = jpeg.substr(0, 2) + "\xFF\xE1";
    with_thumbnail += static_cast<char>((thumbnail.size() + 2) >> 8);
    with_thumbnail += static_cast<char>((thumbnail.size() + 2) & 0xFF);
    with_thumbnail += thumbnail + jpeg.substr(2);
    EXPECT_FALSE(ends_early(with_thumbnail));
    EXPECT_TRUE(ends_early(with_thumbnail.substr(0, with_thumbnail.size() - 40)));
}

TEST(EndsEarly, knows_the_sizes_in_other_headers) {
    EXPECT_TRUE(ends_early(""));
    EXPECT_FALSE(ends_early("some text"));
    EXPECT_TRUE(ends_early(std::string("RIFF\x20\0\0\0WEBP", 12)));
    EXPECT_FALSE(ends_early(std::string("RIFF\x04\0\0\0WEBP", 12)));
    EXPECT_TRUE(ends_early(std::string("BM\x20\0\0\0", 6)));
    EXPECT_TRUE(ends_early(std::string("II*\0\x20\0\0\0", 8)));
    EXPECT_TRUE(ends_early(std::string("MM\0*\0\0\0\x20", 8)));
}

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
