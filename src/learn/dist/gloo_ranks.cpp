// The only file that includes c10d: its headers are heavy and change between releases.
#include <cstdlib>
#include <functional>

#include <gloo/common/error.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "learn/dist/meeting_place.h"
#include "learn/dist/ranks.h"
#include "learn/dist/torch_compat.h"

namespace goetia {
namespace {

constexpr int64_t kBucketBytes = 25 << 20;  // DistributedDataParallel's own sizes
constexpr int64_t kFirstBucketBytes = 1 << 20;

class GlooRanks final : public Communicator {
  public:
    GlooRanks(int rank, int world, c10::intrusive_ptr<c10d::ProcessGroup> group)
        : rank_(rank), world_(world), group_(std::move(group)) {}

    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int world() const override { return world_; }

    void sum(torch::Tensor& tensor) override {
        std::vector<at::Tensor> tensors{tensor};
        group_->allreduce(tensors)->wait();
    }
    void broadcast(torch::Tensor& tensor, int from) override {
        std::vector<at::Tensor> tensors{tensor};
        c10d::BroadcastOptions options;
        options.rootRank = from;
        group_->broadcast(tensors, options)->wait();
    }
    void barrier() override { group_->barrier()->wait(); }

  private:
    int rank_;
    int world_;
    c10::intrusive_ptr<c10d::ProcessGroup> group_;
};

class ReducerSync final : public GradientSync {
  public:
    ReducerSync(std::vector<torch::Tensor> parameters, const c10::intrusive_ptr<c10d::ProcessGroup>& group,
                bool find_unused)
        : find_unused_(find_unused) {
        const std::vector<bool> sparse(parameters.size(), false);
        // Gradients come ready from the last layer to the first, so buckets are filled in that order.
        std::vector<at::Tensor> reversed(parameters.rbegin(), parameters.rend());
        auto [buckets, limits] = c10d::compute_bucket_assignment_by_size(
            reversed, {static_cast<size_t>(kFirstBucketBytes), static_cast<size_t>(kBucketBytes)}, sparse);
        for (std::vector<size_t>& bucket : buckets) {
            for (size_t& index : bucket) index = parameters.size() - 1 - index;
        }
        reducer_ = compat::make_reducer(std::move(parameters), std::move(buckets), group, sparse, kBucketBytes,
                                        find_unused, kFirstBucketBytes);
    }

    void before_backward(const torch::Tensor& loss) override {
        reducer_->prepare_for_backward(find_unused_ ? std::vector<at::Tensor>{loss} : std::vector<at::Tensor>{});
    }

  private:
    bool find_unused_;
    std::shared_ptr<c10d::Reducer> reducer_;
};

class NoSync final : public GradientSync {
  public:
    void before_backward(const torch::Tensor&) override {}
};

Ranks alone() {
    return {lone_rank(), [](std::vector<torch::Tensor>, bool) { return std::make_unique<NoSync>(); }};
}

// `own`: this machine's address on the way to the others, at which it listens. `meeting`: of rank 0, the socket at
// which the others find it.
c10::intrusive_ptr<c10d::ProcessGroup> gloo_group(const RankAddress& place, const std::string& own,
                                                  FileDescriptor meeting) {
    c10d::TCPStoreOptions store_options;
    store_options.port = static_cast<std::uint16_t>(place.port);
    store_options.isServer = place.rank == 0;
    store_options.numWorkers = static_cast<std::size_t>(place.world);
    store_options.useLibUV = false;
    if (meeting.valid()) store_options.masterListenFd = meeting.release();  // the store closes it
    auto store = c10::make_intrusive<c10d::TCPStore>(place.host, store_options);
    auto options = c10d::ProcessGroupGloo::Options::create();
    options->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(own, /*lazyInit=*/false));
    auto gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(store, place.rank, place.world, options);
    auto group = c10::make_intrusive<c10d::ProcessGroup>(store, place.rank, place.world);
    group->setDefaultBackend(c10d::ProcessGroup::BackendType::GLOO);
    group->setBackend(c10::DeviceType::CPU, c10d::ProcessGroup::BackendType::GLOO, gloo);
    return group;
}

Result<int> whole_number(const char* name, int fallback) {
    const char* text = std::getenv(name);
    if (text == nullptr || *text == '\0') return fallback;
    char* end = nullptr;
    const long value = std::strtol(text, &end, 10);
    if (*end != '\0' || value < 0) return invalid("environment '{}' must be a whole number, found '{}'", name, text);
    return static_cast<int>(value);
}

}  // namespace

Result<RankAddress> rank_address_from_environment() {
    RankAddress place;
    GOETIA_ASSIGN(place.rank, whole_number("GOETIA_RANK", 0));
    GOETIA_ASSIGN(place.world, whole_number("GOETIA_WORLD", 1));
    if (place.world <= 1) return RankAddress{};
    if (place.rank >= place.world)
        return invalid("environment 'GOETIA_RANK' must be below GOETIA_WORLD={}, found {}", place.world, place.rank);
    const char* store = std::getenv("GOETIA_STORE");
    const std::string text = store != nullptr ? store : "";
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return invalid("environment 'GOETIA_STORE' must be host:port, found '{}'", text);
    place.host = text.substr(0, colon);
    place.port = std::atoi(text.c_str() + colon + 1);
    return place;
}

bool lost_rank(const std::exception& fault) {
    return dynamic_cast<const gloo::Exception*>(&fault) != nullptr ||
           dynamic_cast<const c10::DistError*>(&fault) != nullptr;
}

Result<Ranks> join_ranks(const RankAddress& place) {
    if (place.world <= 1) return alone();
    if (place.backend != "gloo") {
        return make_error(Code::kUnsupported, "training.distributed.backend '{}' is not in this build; use 'gloo'",
                          place.backend);
    }
    GOETIA_ASSIGN(const std::string own, own_address_toward(place.host, place.port));
    FileDescriptor meeting;
    if (place.rank == 0) {
        GOETIA_ASSIGN(meeting, bound_socket(own, place.port));
    }
    try {
        auto group = gloo_group(place, own, std::move(meeting));
        auto make_sync = [group](std::vector<torch::Tensor> parameters,
                                 bool find_unused) -> std::unique_ptr<GradientSync> {
            return std::make_unique<ReducerSync>(std::move(parameters), group, find_unused);
        };
        return Ranks{std::make_shared<GlooRanks>(place.rank, place.world, group), make_sync};
    } catch (const std::exception& fault) {
        return make_error(Code::kUnavailable, "rank {} of {} cannot join the others at {}:{}: {}", place.rank,
                          place.world, place.host, place.port, fault.what());
    }
}

}  // namespace goetia
