#include "imaging/decode/jpeg_decoder.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "imaging/decode/formats.h"

namespace goetia {
namespace {

constexpr int kGroup = 4;  // MCUs between two entries of the index, within a row
constexpr std::size_t kEntry = 10;

// Zigzag order to row-major order of a block's coefficients, padded so that runs past the end stay in memory.
constexpr std::array<std::uint8_t, 80> kPlaces = [] {
    std::array<std::uint8_t, 80> places{};
    int x = 0, y = 0;
    for (std::size_t i = 0; i < 64; ++i) {
        places[i] = static_cast<std::uint8_t>(8 * y + x);
        if ((x + y) % 2 == 0) {
            if (x == 7) ++y;
            else if (y == 0) ++x;
            else ++x, --y;
        } else {
            if (y == 7) ++x;
            else if (x == 0) ++y;
            else --x, ++y;
        }
    }
    for (std::size_t i = 64; i < 80; ++i) places[i] = 63;
    return places;
}();

// Adds the DC difference to `dc`; at least 27 bits are left afterwards. False: invalid code.
[[gnu::always_inline]] inline bool read_difference(JpegBits& bits, const HuffmanTable& table, int& dc) {
    bits.fill();
    const HuffmanTable::Entry entry = next_code(table, bits.window());
    if (entry.length == 0 || entry.run != 0 || entry.size > 11) [[unlikely]]
        return false;
    if (entry.size > 0)  // wraps where a damaged file's values do not fit
        dc = static_cast<int>(static_cast<unsigned>(dc) + static_cast<unsigned>(number_of(bits.window(), entry)));
    bits.skip(entry.total);
    return true;
}

// Skips one AC code: true when the block is complete (or the code invalid: then k < 0).
[[gnu::always_inline]] inline bool step(JpegBits& bits, const HuffmanTable& table, int& k) {
    const HuffmanTable::Entry entry = next_code(table, bits.window());
    bits.skip(entry.total);
    k += entry.run + 1;
    if (entry.size != 0 || entry.run == 15) [[likely]]
        return k >= 64;
    if (entry.length == 0) k = -1;
    return true;
}

struct Stepped {
    JpegBits bits;
    bool right;
};

// Skips the rest of a block, code by code. By value, so that the fast path's state stays in registers.
[[gnu::noinline]] Stepped step_to_end(JpegBits bits, const HuffmanTable& table, int k) {
    do bits.fill();
    while (!step(bits, table, k));
    return {bits, k >= 0 && k <= 64};
}

// Skips a block, several codes at once as long as they cannot run past its end unnoticed.
[[gnu::always_inline]] inline bool step_over_block(JpegBits& bits, const HuffmanTable& table) {
    int k = 1;
    for (int leaps = 2;; leaps = 4) {  // at least 27 bits are left after the DC value, 56 after fill()
        for (int i = 0; i < leaps; ++i) {
            const HuffmanTable::Leap leap = table.leaps[bits.window() >> (64 - HuffmanTable::kLeapBits)];
            if (leap.bits == 0 || k + leap.places > 63) [[unlikely]] {
                const Stepped stepped = step_to_end(bits, table, k);
                bits = stepped.bits;
                return stepped.right;
            }
            bits.skip(leap.bits);
            k += leap.places;
            if (leap.ends) return true;
        }
        bits.fill();
    }
}

struct BlockPlan {
    const HuffmanTable& table;
    const std::uint16_t* quantiser;
    std::int16_t* block;
};

[[gnu::always_inline]] inline bool take(JpegBits& bits, const BlockPlan& plan, int& k) {
    const std::uint64_t window = bits.window();
    const HuffmanTable::Entry entry = next_code(plan.table, window);
    bits.skip(entry.total);
    k += entry.run;
    if (entry.size != 0) [[likely]] {
        plan.block[kPlaces[static_cast<std::size_t>(k)]] =
            static_cast<std::int16_t>(number_of(window, entry) * plan.quantiser[k & 63]);
        return ++k >= 64;
    }
    if (entry.run == 15) return ++k >= 64;
    if (entry.length == 0) k = 1000;
    return true;
}

enum class Read { kWrong, kEven, kMore };

// Even: the block has a DC value only.
[[gnu::always_inline]] inline Read read_block(JpegBits& bits, const BlockPlan& plan) {
    int k = 1;
    if (take(bits, plan, k)) return k == 1 ? Read::kEven : (k > 64 ? Read::kWrong : Read::kMore);
    do {
        bits.fill();
    } while (!take(bits, plan, k) && !take(bits, plan, k));
    return k > 64 ? Read::kWrong : Read::kMore;
}

struct IndexEntry {
    BitPosition place;
    std::array<std::int16_t, 3> dc{};
};

void append(std::string& index, const IndexEntry& entry) {
    const std::uint32_t at = entry.place.byte * 8 + entry.place.bits;
    char bytes[kEntry];
    std::memcpy(bytes, &at, 4);
    std::memcpy(bytes + 4, entry.dc.data(), 6);
    index.append(bytes, kEntry);
}

IndexEntry entry_at(std::string_view index, std::size_t place) {
    IndexEntry entry;
    std::uint32_t at = 0;
    std::memcpy(&at, index.data() + place * kEntry, 4);
    std::memcpy(entry.dc.data(), index.data() + place * kEntry + 4, 6);
    entry.place = {at / 8, at % 8};
    return entry;
}

int groups_across(const JpegHeader& header) { return (header.mcus_across() + kGroup - 1) / kGroup; }

}  // namespace

bool JpegDecoder::open(std::string_view bytes, std::string_view index) {
    bytes_ = bytes;
    const bool plain = read_plain_jpeg(bytes, header_);
    const std::size_t entries = plain ? static_cast<std::size_t>(groups_across(header_)) * header_.mcus_down() : 0;
    index_ = plain && index.size() == entries * kEntry ? index : std::string_view();
    return plain;
}

// Subsampled chroma is reduced by half as much as the luma, which saves upsampling it afterwards.
int JpegDecoder::edge(const JpegComponent& component) const {
    const bool quartered = header_.max_across() == 2 * component.across && header_.max_down() == 2 * component.down;
    return std::min(8, 8 / reduction_ * (quartered ? 2 : 1));
}

JpegDecoder::Part JpegDecoder::part_around(const Rect& region) const {
    // Upsampling chroma needs its neighbours.
    const int across = 8 / reduction_ * header_.max_across(), down = 8 / reduction_ * header_.max_down();
    const int beside = header_.max_across() == 2 ? 2 : 0, above = header_.max_down() == 2 ? 2 : 0;
    return {std::max(0, region.left - beside) / across, std::max(0, region.top - above) / down,
            std::min(header_.mcus_across(), (region.left + region.width + beside + across - 1) / across),
            std::min(header_.mcus_down(), (region.top + region.height + above + down - 1) / down)};
}

// Allocates memory for the samples of the part and sets where each component's first row of blocks goes.
void JpegDecoder::lay_out(const Part& part) {
    std::array<std::size_t, 3> row{}, size{};
    std::size_t all = 0;
    for (int c = 0; c < header_.components; ++c) {
        const JpegComponent& component = header_.component[c];
        edge_[c] = edge(component);
        row[c] = static_cast<std::size_t>(part.right - part.left) * edge_[c] * component.across + 64;
        size[c] = row[c] * (part.bottom - part.top) * edge_[c] * component.down;
        all += size[c];
    }
    std::uint8_t* at = planes_.hold(all + 64);
    for (int c = 0; c < header_.components; ++c) {
        const JpegComponent& component = header_.component[c];
        const int edge = edge_[c];
        const auto share = [&](int whole, int mine, int max_factor) {
            return (whole * mine * edge + 8 * max_factor - 1) / (8 * max_factor);
        };
        plane_[c] = {at,
                     row[c],
                     part.left * edge * component.across,
                     part.top * edge * component.down,
                     share(header_.width, component.across, header_.max_across()),
                     share(header_.height, component.down, header_.max_down())};
        to_[c] = at;
        at += size[c];
    }
}

// Reads the MCUs [from, part.right) of one row; skips those before part.left and those of rows above the part.
bool JpegDecoder::read_row(JpegBits& state, const Part& part, int row, int from, int& since_restart, int (&dc)[3]) {
    JpegBits bits = state;
    const bool region = row >= part.top;
    const int to = row + 1 < part.bottom ? header_.mcus_across() : part.right;
    const int last = index_.empty() ? to : part.right;
    std::int16_t* frequencies = frequencies_.data();
    JpegBlock* next_block = blocks_.data();
    for (int x = from; x < last; ++x, ++since_restart) {
        if (header_.restart != 0 && since_restart == header_.restart) {
            if (!bits.restart()) return false;
            since_restart = 0;
            dc[0] = dc[1] = dc[2] = 0;
        }
        const bool keep = region && x >= part.left && x < part.right;
        for (int c = 0; c < header_.components; ++c) {
            const JpegComponent& component = header_.component[c];
            const HuffmanTable &dc_table = header_.dc[component.dc], &ac_table = header_.ac[component.ac];
            const std::uint16_t* quantiser = header_.quantisers[component.quantiser].data();
            const int edge = edge_[c];
            for (int down = 0; down < component.down; ++down) {
                for (int across = 0; across < component.across; ++across) {
                    if (!read_difference(bits, dc_table, dc[c])) return false;
                    if (!keep) {
                        if (!step_over_block(bits, ac_table)) return false;
                        continue;
                    }
                    std::memset(frequencies, 0, 64 * sizeof(std::int16_t));
                    frequencies[0] = static_cast<std::int16_t>(static_cast<unsigned>(dc[c]) * quantiser[0]);
                    const Read read = read_block(bits, {ac_table, quantiser, frequencies});
                    if (read == Read::kWrong) return false;
                    std::uint8_t* to = to_[c] + static_cast<std::size_t>(down) * plane_[c].row * edge;
                    to += ((x - part.left) * component.across + across) * edge;
                    *next_block++ = {frequencies, to, plane_[c].row, edge, read == Read::kEven};
                    frequencies += 64;
                }
            }
        }
    }
    if (bits.beyond()) return false;
    state = bits;
    if (region) {
        inverse_transform({blocks_.data(), next_block});
        for (int c = 0; c < header_.components; ++c) to_[c] += plane_[c].row * edge_[c] * header_.component[c].down;
    }
    return true;
}

bool JpegDecoder::read_part(const Part& part) {
    lay_out(part);
    int per_mcu = 0;
    for (int c = 0; c < header_.components; ++c) per_mcu += header_.component[c].across * header_.component[c].down;
    const std::size_t blocks = static_cast<std::size_t>(part.right - part.left) * per_mcu;
    frequencies_.hold(blocks * 64);
    if (blocks_.size() < blocks) blocks_.resize(blocks);
    const auto* file = reinterpret_cast<const std::uint8_t*>(bytes_.data());
    JpegBits bits(file + header_.pixels, file + bytes_.size());
    int since_restart = 0, dc[3]{};
    if (index_.empty()) {
        for (int row = 0; row < part.bottom; ++row) {
            if (!read_row(bits, part, row, 0, since_restart, dc)) return false;
        }
        return true;
    }
    for (int row = part.top; row < part.bottom; ++row) {
        const int group = part.left / kGroup;
        const IndexEntry entry = entry_at(index_, static_cast<std::size_t>(row) * groups_across(header_) + group);
        if (header_.pixels + entry.place.byte >= bytes_.size()) return false;
        bits.go_to(entry.place);
        std::copy(entry.dc.begin(), entry.dc.end(), dc);
        if (header_.restart != 0) since_restart = (row * header_.mcus_across() + group * kGroup) % header_.restart;
        if (!read_row(bits, part, row, group * kGroup, since_restart, dc)) return false;
    }
    return true;
}

PixelView JpegDecoder::colours(const Rect& region) {
    const std::size_t row = static_cast<std::size_t>(region.width + 63) / 64 * 64 + 64, plane = row * region.height;
    std::uint8_t* to = colours_.hold(3 * plane + 64);
    JpegSampling sampling = JpegSampling::kGrey;
    if (header_.components == 3) {
        const bool as_large = header_.max_across() == 1 || edge_[1] > edge_[0];
        sampling = as_large ? JpegSampling::k444 : (header_.max_down() == 1 ? JpegSampling::k422 : JpegSampling::k420);
    }
    to_colours({sampling, plane_[0], plane_[1], plane_[2], region.left, region.top, region.width, region.height, to,
                to + plane, to + 2 * plane, row},
               scratch_);
    return {to, row, plane, 1, region.width, region.height, region.left, region.top};
}

Result<PixelView> JpegDecoder::decode(const Rect& region, std::string_view name, int reduction) {
    reduction_ = reduction;
    const Part part = part_around(region);
    if (read_part(part)) return colours(region);
    // Left to the library, which decodes the file or says what is wrong with it.
    GOETIA_ASSIGN(whole_, decode_jpeg(bytes_, name, {}, reduction));
    return PixelView::of(whole_);
}

std::string JpegDecoder::make_index() {
    const auto* file = reinterpret_cast<const std::uint8_t*>(bytes_.data());
    JpegBits bits(file + header_.pixels, file + bytes_.size());
    const Part nothing{0, header_.mcus_down(), 0, header_.mcus_down() + 1};
    std::string index;
    int since_restart = 0, dc[3]{};
    index_ = {};
    for (int row = 0; row < header_.mcus_down(); ++row) {
        for (int x = 0; x < header_.mcus_across(); x += kGroup) {
            if (header_.restart != 0 && since_restart == header_.restart) {
                if (!bits.restart()) return {};
                since_restart = 0;
                dc[0] = dc[1] = dc[2] = 0;
            }
            IndexEntry entry{bits.place(), {}};
            for (std::size_t c = 0; c < 3; ++c) entry.dc[c] = static_cast<std::int16_t>(dc[c]);
            append(index, entry);
            // One group of MCUs, skipped.
            const Part stretch{0, nothing.top, std::min(x + kGroup, header_.mcus_across()), row + 1};
            if (!read_row(bits, stretch, row, x, since_restart, dc)) return {};
        }
    }
    return index;
}

}  // namespace goetia
