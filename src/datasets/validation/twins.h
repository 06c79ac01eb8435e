// Pairs among many: the same bytes, and nearly the same look, without comparing each with each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace goetia {

struct Look {
    std::uint32_t group = 0;  // the split
    std::string sha256;       // empty: unknown
    std::optional<std::uint64_t> hash;
};

// `later` is like `earlier`: each picture is told once for its own group and once for the groups before it, with its
// nearest there. Of equally near ones the first is named.
struct Twin {
    std::size_t later = 0, earlier = 0;
    int distance = 0;  // bits of the perceptual hash
};

std::vector<Twin> same_bytes(const std::vector<Look>& looks);

// Pairs within `distance` bits (0 to 15), those of the same bytes left out. Complete: by the pigeonhole principle two
// hashes within d bits agree in at least one of d + 1 bands, so only those that share a band are compared.
std::vector<Twin> near_looks(const std::vector<Look>& looks, int distance);

}  // namespace goetia
