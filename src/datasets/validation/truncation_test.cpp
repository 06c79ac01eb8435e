#include "datasets/validation/truncation.h"

#include "testkit/datasets.h"

namespace goetia {
namespace {

using namespace testkit;

// A file truncated anywhere is detected; an intact one is not.
TEST(IsTruncated, detects_every_format) {
    const std::string jpeg = encode_jpeg(gradient_image(64, 48), 90).value(),
                      png = encode_png(gradient_image(64, 48)).value();
    for (const std::string& whole : {jpeg, png}) {
        EXPECT_FALSE(is_truncated(whole));
        EXPECT_FALSE(is_truncated(whole + "more data after it"));
        for (std::size_t size = 0; size + 2 < whole.size(); size += 7)
            EXPECT_TRUE(is_truncated(whole.substr(0, size)) || size < 4) << size << " of " << whole.size();
    }
}

TEST(IsTruncated, is_not_misled_by_a_thumbnails_end) {
    const std::string jpeg = encode_jpeg(gradient_image(64, 48), 90).value();
    const std::string thumbnail = encode_jpeg(gradient_image(8, 6), 50).value();
    std::string with_thumbnail = jpeg.substr(0, 2) + "\xFF\xE1";
    with_thumbnail += static_cast<char>((thumbnail.size() + 2) >> 8);
    with_thumbnail += static_cast<char>((thumbnail.size() + 2) & 0xFF);
    with_thumbnail += thumbnail + jpeg.substr(2);
    EXPECT_FALSE(is_truncated(with_thumbnail));
    EXPECT_TRUE(is_truncated(with_thumbnail.substr(0, with_thumbnail.size() - 40)));
}

TEST(IsTruncated, knows_the_sizes_in_other_headers) {
    EXPECT_TRUE(is_truncated(""));
    EXPECT_FALSE(is_truncated("some text"));
    EXPECT_TRUE(is_truncated(std::string("RIFF\x20\0\0\0WEBP", 12)));
    EXPECT_FALSE(is_truncated(std::string("RIFF\x04\0\0\0WEBP", 12)));
    EXPECT_TRUE(is_truncated(std::string("BM\x20\0\0\0", 6)));
    EXPECT_TRUE(is_truncated(std::string("II*\0\x20\0\0\0", 8)));
    EXPECT_TRUE(is_truncated(std::string("MM\0*\0\0\0\x20", 8)));
}

std::string in_order(std::uint64_t value, int size, bool big_endian) {
    std::string bytes;
    for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * (big_endian ? size - 1 - i : i) & 0xFF);
    return bytes;
}

// Two strips of 40 bytes and a directory with their offsets and byte counts, before or after the strips.
std::string tiff(bool big_endian, bool wide, bool directory_first) {
    const int place = wide ? 8 : 4;
    const auto number = [&](std::uint64_t value, int size) { return in_order(value, size, big_endian); };
    const std::uint64_t head = wide ? 16 : 8, entries = 3,
                        directory = (wide ? 8 : 2) + entries * (wide ? 20 : 12) + place, arrays = wide ? 32 : 16,
                        strips = 80;
    const std::uint64_t array_at = directory_first ? head + directory : head + strips,
                        strips_at = directory_first ? array_at + arrays : head,
                        directory_at = directory_first ? head : array_at + arrays;
    std::string bytes = big_endian ? "MM" : "II";
    bytes += number(wide ? 43 : 42, 2);
    if (wide) bytes += number(8, 2) + number(0, 2);
    bytes += number(directory_at, place);
    const auto entry = [&](std::uint64_t tag, std::uint64_t kind, std::uint64_t count, const std::string& field) {
        return number(tag, 2) + number(kind, 2) + number(count, place) + field +
               std::string(place - field.size(), '\0');
    };
    const std::uint64_t kind = wide ? 16 : 4;
    const std::string list = number(entries, wide ? 8 : 2) + entry(256, 3, 1, number(10, 2)) +
                             entry(273, kind, 2, number(array_at, place)) +
                             entry(279, kind, 2, number(array_at + arrays / 2, place)) + number(0, place);
    const std::string array =
        number(strips_at, place) + number(strips_at + 40, place) + number(40, place) + number(40, place);
    const std::string levels(strips, 'x');
    return bytes + (directory_first ? list + array + levels : levels + array + list);
}

TEST(IsTruncated, follows_a_tiffs_directory_to_all_that_it_names) {
    for (const bool big_endian : {false, true}) {
        for (const bool wide : {false, true}) {
            for (const bool directory_first : {false, true}) {
                const std::string whole = tiff(big_endian, wide, directory_first);
                EXPECT_FALSE(is_truncated(whole)) << big_endian << wide << directory_first;
                EXPECT_FALSE(is_truncated(whole + "more data after it"));
                for (std::size_t size = 4; size < whole.size(); ++size)
                    EXPECT_TRUE(is_truncated(whole.substr(0, size)))
                        << size << " of " << whole.size() << big_endian << wide << directory_first;
            }
        }
    }
}

TEST(IsTruncated, a_directory_of_absurd_lengths_is_cut_short) {
    std::string bytes = tiff(false, true, true);
    bytes.replace(16, 8, in_order(~std::uint64_t{0} / 20, 8, false));
    EXPECT_TRUE(is_truncated(bytes));
    bytes = tiff(false, true, true);
    bytes.replace(16 + 8 + 20 + 4, 8, in_order(std::uint64_t{1} << 61, 8, false));
    EXPECT_TRUE(is_truncated(bytes));
}

}  // namespace
}  // namespace goetia
