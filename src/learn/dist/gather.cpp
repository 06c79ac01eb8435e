#include "learn/dist/gather.h"

#include <cstring>

#include <ATen/ops/zeros.h>

namespace goetia {

std::vector<std::string> gathered(Communicator& ranks, const std::string& mine) {
    if (ranks.world() == 1) return {mine};
    torch::Tensor lengths = torch::zeros({ranks.world()}, torch::kInt64);
    lengths[ranks.rank()] = static_cast<std::int64_t>(mine.size());
    ranks.sum(lengths);
    const std::int64_t longest = lengths.max().item<std::int64_t>();
    std::vector<std::string> all(static_cast<std::size_t>(ranks.world()));
    if (longest == 0) return all;
    // Each rank writes its own row of zeros, so that the sum is everybody's text.
    torch::Tensor rows = torch::zeros({ranks.world(), longest}, torch::kUInt8);
    std::memcpy(rows[ranks.rank()].data_ptr<std::uint8_t>(), mine.data(), mine.size());
    ranks.sum(rows);
    for (int rank = 0; rank < ranks.world(); ++rank) {
        const auto* text = reinterpret_cast<const char*>(rows[rank].data_ptr<std::uint8_t>());
        all[static_cast<std::size_t>(rank)].assign(text, static_cast<std::size_t>(lengths[rank].item<std::int64_t>()));
    }
    return all;
}

std::vector<std::vector<double>> gathered(Communicator& ranks, const std::vector<double>& mine) {
    if (ranks.world() == 1) return {mine};
    const std::string bytes(reinterpret_cast<const char*>(mine.data()), mine.size() * sizeof(double));
    std::vector<std::vector<double>> all;
    for (const std::string& one : gathered(ranks, bytes)) {
        std::vector<double>& values = all.emplace_back(one.size() / sizeof(double));
        std::memcpy(values.data(), one.data(), one.size());
    }
    return all;
}

}  // namespace goetia
