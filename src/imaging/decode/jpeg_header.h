// A JPEG file's header: sizes, tables, and the layout of its components.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace goetia {

// A Huffman table: a lookup by the next ten bits; longer codes are searched by their length.
struct HuffmanTable {
    static constexpr int kBits = 10;
    struct Entry {
        std::uint8_t length = 0;  // of the code; 0: longer than ten bits, or none
        std::uint8_t total = 0;   // length of the code and its value
        std::uint8_t run = 0;     // zeros before the value
        std::uint8_t size = 0;    // bits of the value
    };
    std::array<Entry, 1 << kBits> entries{};

    // For skipping coefficients: all codes with their values that are complete within the next bits.
    static constexpr int kLeapBits = 12;
    struct Leap {
        std::uint8_t bits = 0;    // of all of them; 0: not even one is complete
        std::uint8_t places = 0;  // coefficients of the block that they cover
        bool ends = false;        // the last of them ends the block
    };
    std::array<Leap, 1 << kLeapBits> leaps{};
    std::array<std::int32_t, 18> last_code{};  // for each length, its largest code shifted to 16 bits; -1: none
    std::array<std::int32_t, 17> offset{};     // of a length's codes into `symbols`
    std::array<std::uint8_t, 16> counts{};     // of codes of each length
    std::array<std::uint8_t, 256> symbols{};
    bool defined = false;

    // `size` symbols, `lengths[i]` of them with codes of length i + 1; for DC values, which are never skipped in
    // groups, or for AC values. False: not a valid table. An unchanged table is not built again.
    bool build(const std::uint8_t* lengths, const std::uint8_t* values, std::size_t size, bool of_first_numbers);

  private:
    bool build_entries();
    void build_leaps();
    bool made_ = false;
};

struct JpegComponent {
    int id = 0, across = 1, down = 1;  // sampling factors
    int quantiser = 0, dc = 0, ac = 0;
};

struct JpegHeader {
    int width = 0, height = 0;
    int components = 0;
    std::array<JpegComponent, 3> component{};
    std::array<std::array<std::uint16_t, 64>, 4> quantisers{};  // in zigzag order
    std::array<HuffmanTable, 4> dc, ac;
    int restart = 0;         // MCUs between restart markers; 0: none
    std::size_t pixels = 0;  // offset of the entropy-coded data

    [[nodiscard]] int max_across() const { return component[0].across; }
    [[nodiscard]] int max_down() const { return component[0].down; }
    [[nodiscard]] int mcus_across() const { return (width + 8 * max_across() - 1) / (8 * max_across()); }
    [[nodiscard]] int mcus_down() const { return (height + 8 * max_down() - 1) / (8 * max_down()); }
};

// True for a plain JPEG file, as nearly all are: sequential, Huffman-coded, 8 bits, one scan, grey or YCbCr in 4:4:4,
// 4:2:2 or 4:2:0, complete to its last marker, upright. Everything else, damage included, is left to the library.
bool read_plain_jpeg(std::string_view bytes, JpegHeader& header);

}  // namespace goetia
