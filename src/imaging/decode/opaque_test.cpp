#include "imaging/decode/opaque.h"

#include "testkit/images.h"
#include "testkit/transparent_webp.h"

namespace goetia {
namespace {

using namespace testkit;

TEST(DecodeOpaque, gives_pixels_only_of_opaque_images) {
    EXPECT_TRUE(decode_opaque(encode_png(gradient_image(9, 7)).value(), "a.png").value());
    EXPECT_TRUE(decode_opaque(encode_jpeg(gradient_image(9, 7), 90).value(), "a.jpg").value());
    EXPECT_TRUE(decode_opaque(transparent_webp({200, 0, 0, 255}), "a.webp").value());
    for (const std::uint8_t level : {0, 7, 255}) {
        for (const std::uint8_t alpha : {0, 1, 128, 254})
            EXPECT_FALSE(decode_opaque(transparent_webp({level, level, level, alpha}), "a.webp").value())
                << int{level} << " " << int{alpha};
    }
    EXPECT_FALSE(decode_opaque("nonsense", "a.png"));
}

}  // namespace
}  // namespace goetia
