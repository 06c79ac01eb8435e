// Duplicate search: images with the same bytes or nearly the same perceptual hash, without comparing all pairs.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace goetia {

struct HashedImage {
    std::uint32_t group = 0;  // the split
    std::string sha256;       // empty: unknown
    std::optional<std::uint64_t> hash;
};

// Image `later` duplicates `earlier`. Each image is reported at most once for its own group and once for the groups
// before it, with its nearest image there; the first one wins ties.
struct DuplicatePair {
    std::size_t later = 0, earlier = 0;
    int distance = 0;  // bits of the perceptual hash
};

std::vector<DuplicatePair> exact_duplicates(const std::vector<HashedImage>& hashed);

// Whether two images with similar hashes are alike on a closer look.
using AlikeTest = std::function<bool(std::size_t, std::size_t)>;

// Pairs within `distance` bits (0 to 15) that pass the test if there is one, except exact duplicates. Complete: by the
// pigeonhole principle, two hashes within d bits agree in at least one of d + 1 bands, so only hashes that share a band
// are compared.
std::vector<DuplicatePair> near_duplicates(const std::vector<HashedImage>& hashed, int distance,
                                           const AlikeTest& are_alike = {});

}  // namespace goetia
