// What stands before a JPEG file's pixels: sizes, tables, how its components are laid out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace goetia {

// One Huffman table, as a lookup by the next ten bits. Codes that are longer are found by their length.
struct HuffmanTable {
    static constexpr int kBits = 10;
    struct Entry {
        std::uint8_t length = 0;  // of the code; 0: longer than ten bits, or none
        std::uint8_t total = 0;   // of the code and the bits behind it that belong to it
        std::uint8_t run = 0;     // zeros before the number
        std::uint8_t size = 0;    // bits of the number
    };
    std::array<Entry, 1 << kBits> entries{};

    // For stepping over numbers that nobody wants: all the whole codes with their numbers that the next bits hold.
    static constexpr int kLeapBits = 12;
    struct Leap {
        std::uint8_t bits = 0;    // of all of them; 0: not one is whole
        std::uint8_t places = 0;  // of the block that they fill
        bool ends = false;        // the last of them says that nothing more comes
    };
    std::array<Leap, 1 << kLeapBits> leaps{};
    std::array<std::int32_t, 18> last_code{};  // for each length, the largest code of it shifted to 16 bits; -1: none
    std::array<std::int32_t, 17> offset{};     // of a length's codes into `symbols`
    std::array<std::uint8_t, 16> counts{};     // of codes of each length
    std::array<std::uint8_t, 256> symbols{};
    bool defined = false;

    // `size` symbols, `lengths` of each length of code; of first numbers, over which nothing leaps, or of the others.
    // False: they make no table. One that is the same as before is not made again.
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
    std::array<std::array<std::uint16_t, 64>, 4> quantisers{};  // in the file's order (zigzag)
    std::array<HuffmanTable, 4> dc, ac;
    int restart = 0;         // MCUs between restart markers; 0: none
    std::size_t pixels = 0;  // where the entropy-coded bytes begin

    [[nodiscard]] int max_across() const { return component[0].across; }
    [[nodiscard]] int max_down() const { return component[0].down; }
    [[nodiscard]] int mcus_across() const { return (width + 8 * max_across() - 1) / (8 * max_across()); }
    [[nodiscard]] int mcus_down() const { return (height + 8 * max_down() - 1) / (8 * max_down()); }
};

// True: a file of the plain kind that nearly all are: sequential, Huffman-coded, 8 bits, one scan, grey or YCbCr in
// 4:4:4, 4:2:2 or 4:2:0, whole to its last marker, upright. Everything else is left to the library, faults as well.
bool read_plain_jpeg(std::string_view bytes, JpegHeader& header);

}  // namespace goetia
