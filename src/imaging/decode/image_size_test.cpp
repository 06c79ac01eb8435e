#include "imaging/decode/image_size.h"

#include <gmock/gmock.h>

#include "testkit/images.h"

namespace goetia {
namespace {

using namespace testkit;

// A JPEG file with an EXIF block that says how it was held.
std::string held(std::string jpeg, char orientation) {
    std::string exif(
        "\xFF\xE1\x00\x22"
        "Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0",
        36);
    exif[29] = orientation;
    return jpeg.insert(2, exif);
}

TEST(ImageSize, equals_the_decoded_size) {
    const TempFolder folder;
    const std::string jpeg = encode_jpeg(gradient_image(13, 7), 90).value();
    write_text(folder / "a.jpg", jpeg);
    write_text(folder / "b.jpg", held(jpeg, 6));
    write_png(folder / "c.png", gradient_image(5, 9));
    EXPECT_EQ(*read_image_size(folder / "a.jpg"), (ImageSize{13, 7}));
    EXPECT_EQ(*read_image_size(folder / "b.jpg"), (ImageSize{7, 13}));
    EXPECT_EQ(read_image(folder / "b.jpg")->width, 7) << "the test's own EXIF block is right";
    EXPECT_EQ(*read_image_size(folder / "c.png"), (ImageSize{5, 9}));
}

TEST(ImageSize, a_file_that_is_not_an_image_is_an_error) {
    const TempFolder folder;
    write_text(folder / "a.jpg", "not an image");
    EXPECT_FALSE(read_image_size(folder / "a.jpg"));
    EXPECT_FALSE(read_image_size(folder / "none.jpg"));
    const std::string jpeg = encode_jpeg(gradient_image(13, 7), 90).value();
    for (std::size_t size = 0; size < 100; ++size) {
        const auto found = jpeg_size(std::string_view(jpeg).substr(0, size));
        EXPECT_TRUE(!found || *found == (ImageSize{13, 7})) << size;
    }
}

}  // namespace
}  // namespace goetia
