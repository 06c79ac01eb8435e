// How the loader's threads share rows, observed while one of them is blocked.
#include <condition_variable>
#include <mutex>
#include <vector>

#include <gmock/gmock.h>

#include "testkit/feeding.h"

namespace goetia {
namespace {

using namespace testkit;

constexpr auto kLongEnough = std::chrono::minutes(1);  // a thread that waits so long fails its test

// Images in memory.
class Images : public Dataset {
  public:
    explicit Images(std::int64_t size) : size_(size) {}
    [[nodiscard]] std::int64_t size() const override { return size_; }
    [[nodiscard]] const std::vector<std::string>& classes() const override { return classes_; }
    [[nodiscard]] Result<Sample> sample(std::int64_t index) const override {
        Sample made;
        made.index = index;
        made.name = std::to_string(index);
        made.label = 0;
        made.stored = {.bytes = *pixels_, .index = {}, .width = 4, .height = 4, .keep = pixels_};
        return made;
    }

  private:
    std::int64_t size_;
    std::vector<std::string> classes_{"one"};
    std::shared_ptr<std::string> pixels_ = std::make_shared<std::string>(48, '\7');
};

// Blocks the first sample 0 until `opens` is ready; records the order of the rows.
struct Gate {
    std::function<bool(const Gate&)> opens;
    std::vector<std::int64_t> others;  // samples
    bool held = false, open = false;
    std::mutex mutex;
    std::condition_variable changed;

    Status pass(const Sample& sample) {
        std::unique_lock lock(mutex);
        const bool holds = sample.index == 0 && !held;
        if (holds) held = true;
        else others.push_back(sample.index);
        changed.notify_all();
        if (holds && !changed.wait_for(lock, kLongEnough, [&] { return opens(*this); }))
            return failed("held up for too long");
        return {};
    }
    void open_now() {
        const std::scoped_lock lock(mutex);
        open = true;
        changed.notify_all();
    }
    [[nodiscard]] bool wait_until_held() {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, kLongEnough, [&] { return held; });
    }
};

class PassesGate : public Transform {
  public:
    explicit PassesGate(const Args&) {}
    static Schema schema() { return {"PassesGate", "Waits at the test's gate"}; }
    Status apply(Sample& sample, Random&) const override { return gate->pass(sample); }

    static inline Gate* gate = nullptr;
};

class LoaderSharing : public testing::Test {
  protected:
    LoaderSharing() { PassesGate::gate = &gate_; }

    static std::unique_ptr<Loader> loader(LoaderOptions options) {
        TransformRegistry registry(Kind::kTransform);
        EXPECT_TRUE(register_builtin_transforms(registry));
        EXPECT_TRUE(registry.add<PassesGate>());
        const Json steps = {{{"type", "LoadImage"}}, {{"type", "ToTensor"}}, {{"type", "PassesGate"}}};
        const auto set = std::make_shared<Images>(48);
        return make_loader(set, sampler("sequential", set), Pipeline::make(registry, steps, "pipeline").value(), {},
                           std::move(options));
    }

    static std::vector<std::int64_t> rest_of(Loader& loader) {
        std::vector<std::int64_t> samples;
        for (;;) {
            const auto batch = loader.next();
            EXPECT_TRUE(batch) << to_string(batch.error());
            if (!batch || !*batch) return samples;
            for (const Frame& frame : (*batch)->frames) samples.push_back(frame.sample);
        }
    }

    static std::vector<std::int64_t> all() {
        std::vector<std::int64_t> samples(48);
        for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<std::int64_t>(i);
        return samples;
    }

    Gate gate_;
};

TEST_F(LoaderSharing, another_thread_takes_over_the_rows_of_a_slow_one) {
    gate_.opens = [](const Gate& gate) { return gate.others.size() >= 15; };
    const auto made = loader({.batch_size = 16, .threads = 2, .ahead = 1});
    ASSERT_TRUE(made->start(0));
    EXPECT_EQ(rest_of(*made), all());
}

TEST_F(LoaderSharing, no_batch_is_begun_while_an_older_one_has_unclaimed_rows) {
    gate_.opens = [](const Gate& gate) { return gate.others.size() == 47; };
    const auto made = loader({.batch_size = 16, .threads = 2, .ahead = 3});
    ASSERT_TRUE(made->start(0));
    EXPECT_EQ(rest_of(*made), all());
    std::vector<std::int64_t> batches;
    for (const std::int64_t sample : gate_.others) batches.push_back(sample / 16);
    EXPECT_TRUE(std::is_sorted(batches.begin(), batches.end()));
}

TEST_F(LoaderSharing, nobody_waits_for_a_row_of_an_abandoned_epoch) {
    gate_.opens = [](const Gate& gate) { return gate.open; };
    const auto made = loader({.batch_size = 16, .threads = 2});
    ASSERT_TRUE(made->start(0));
    ASSERT_TRUE(gate_.wait_until_held());
    ASSERT_TRUE(made->start(1));
    EXPECT_EQ(rest_of(*made), all());
    gate_.open_now();
    ASSERT_TRUE(made->start(2));
    EXPECT_EQ(rest_of(*made), all());
}

}  // namespace
}  // namespace goetia
