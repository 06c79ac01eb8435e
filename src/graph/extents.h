// The shape of a graph's tensor: each axis has a fixed length, or one that grows with the batch.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace goetia {

struct GraphExtent {
    std::int64_t count = 0;
    bool of_batch = false;  // then the length is count * N, where N is how many images the batch has

    GraphExtent() = default;
    GraphExtent(std::int64_t fixed) : count(fixed) {}  // NOLINT(google-explicit-constructor)
    static GraphExtent batch(std::int64_t times = 1) {
        GraphExtent extent(times);
        return extent.of_batch = true, extent;
    }
    [[nodiscard]] std::int64_t at(std::int64_t batch) const { return of_batch ? count * batch : count; }
    bool operator==(const GraphExtent&) const = default;
};

using Extents = std::vector<GraphExtent>;

std::vector<std::int64_t> lengths_at(const Extents& extents, std::int64_t batch);
std::int64_t elements_at(const Extents& extents, std::int64_t batch);
[[nodiscard]] bool grows(const Extents& extents);  // with the batch
Extents fixed_extents(const std::vector<std::int64_t>& lengths);

// As runtimes take the shape of a reshape: -1 for the length that grows. An Error where several do.
Result<std::vector<std::int64_t>> reshape_lengths(const Extents& extents);

std::string extents_text(const Extents& extents);  // "[N,3,224,224]", "[4N,80]"
std::optional<Extents> extents_from_text(std::string_view text);

// What two traces say of one shape: a length that is k * 2 in the one and k * 3 in the other is k * N. None: the
// lengths differ in another way.
std::optional<Extents> extents_of_traces(const std::vector<std::int64_t>& of_two,
                                         const std::vector<std::int64_t>& of_three);

}  // namespace goetia
