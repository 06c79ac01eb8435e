// The one place that knows what differs between LibTorch 2.11, 2.12 and 2.13.
#pragma once

#include <memory>
#include <type_traits>
#include <vector>

#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>

namespace goetia::compat {

// 2.13 added a list of bucket sizes after use_python_reducer; 2.11 and 2.12 end there.
template <class Reducer = c10d::Reducer>
std::shared_ptr<Reducer> make_reducer(std::vector<at::Tensor> params, std::vector<std::vector<size_t>> buckets,
                                      c10::intrusive_ptr<c10d::ProcessGroup> ranks, std::vector<bool> sparse,
                                      int64_t bucket_bytes, bool find_unused, int64_t first_bucket_bytes) {
    const std::unordered_map<size_t, std::string> names;
    using Buckets = std::vector<std::vector<size_t>>;
    using Ranks = c10::intrusive_ptr<c10d::ProcessGroup>;
    if constexpr (std::is_constructible_v<Reducer, std::vector<at::Tensor>, Buckets, Ranks, std::vector<bool>, int64_t,
                                          bool, bool, std::unordered_map<size_t, std::string>, int64_t, bool, bool,
                                          std::vector<int64_t>>) {
        return std::make_shared<Reducer>(std::move(params), std::move(buckets), std::move(ranks), std::move(sparse),
                                         bucket_bytes, find_unused, false, names, first_bucket_bytes, false, false,
                                         std::vector<int64_t>{});
    } else {
        return std::make_shared<Reducer>(std::move(params), std::move(buckets), std::move(ranks), std::move(sparse),
                                         bucket_bytes, find_unused, false, names, first_bucket_bytes, false, false);
    }
}

}  // namespace goetia::compat
