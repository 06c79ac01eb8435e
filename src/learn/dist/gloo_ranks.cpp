// The only file that includes c10d: its headers are heavy and change between releases.
#include <algorithm>
#include <cstdlib>
#include <functional>

#include <gloo/common/error.h>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include "learn/dist/meeting.h"
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

template <class T>
T value_or_throw(Result<T> result) {
    if (!result) C10_THROW_ERROR(DistNetworkError, result.error().message);
    return std::move(result).value();
}

// What c10d's own store would be, which knows no secret and listens at every address. Rank 0 keeps the table.
class MeetingStore final : public c10d::Store {
  public:
    // Rank 0 listens at `own`.
    MeetingStore(const RankAddress& place, const std::string& own) : place_(place) {
        if (place.rank == 0) {
            server_ = value_or_throw(MeetingServer::open(own, place.port, place.secret));
            place_.host = own;
        }
        client_ = value_or_throw(MeetingClient::join(place_.host, place.port, place.secret, timeout_));
    }
    c10::intrusive_ptr<c10d::Store> clone() override {
        auto copy = c10::make_intrusive<MeetingStore>(*this);
        copy->client_ = value_or_throw(MeetingClient::join(place_.host, place_.port, place_.secret, timeout_));
        return copy;
    }

    using c10d::Store::compareSet;
    using c10d::Store::set;
    void set(const std::string& key, const std::vector<uint8_t>& value) override {
        if (const Status done = client_->set(key, {value.begin(), value.end()}); !done)
            C10_THROW_ERROR(DistNetworkError, done.error().message);
    }
    std::vector<uint8_t> get(const std::string& key) override { return bytes(client_->get(key, timeout_)); }
    std::vector<uint8_t> compareSet(const std::string& key, const std::vector<uint8_t>& expected,
                                    const std::vector<uint8_t>& desired) override {
        return bytes(client_->compare_set(key, {expected.begin(), expected.end()}, {desired.begin(), desired.end()}));
    }
    int64_t add(const std::string& key, int64_t value) override { return value_or_throw(client_->add(key, value)); }
    bool deleteKey(const std::string& key) override { return value_or_throw(client_->erase(key)); }
    bool check(const std::vector<std::string>& keys) override {
        return std::all_of(keys.begin(), keys.end(),
                           [&](const std::string& key) { return value_or_throw(client_->check(key)); });
    }
    int64_t getNumKeys() override { return value_or_throw(client_->count()); }
    void wait(const std::vector<std::string>& keys) override { wait(keys, timeout_); }
    void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) override {
        for (const std::string& key : keys) static_cast<void>(value_or_throw(client_->get(key, timeout)));
    }

  private:
    static std::vector<uint8_t> bytes(Result<std::string> text) {
        const std::string got = value_or_throw(std::move(text));
        return {got.begin(), got.end()};
    }

    RankAddress place_;
    std::shared_ptr<MeetingServer> server_;  // of rank 0
    std::shared_ptr<MeetingClient> client_;
};

// `own`: this machine's address on the way to the others, at which it listens.
c10::intrusive_ptr<c10d::ProcessGroup> gloo_group(const RankAddress& place, const std::string& own) {
    auto store = c10::make_intrusive<MeetingStore>(place, own);
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
    const char* secret = std::getenv("GOETIA_STORE_SECRET");
    if (secret == nullptr || *secret == '\0')
        return invalid("environment 'GOETIA_STORE_SECRET' is missing: ranks meet only with those who know it");
    place.secret = secret;
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
    try {
        auto group = gloo_group(place, own);
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
