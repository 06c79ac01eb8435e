#include <charconv>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>

#include "agent/machine/gpu_source.h"
#include "base/files.h"

namespace goetia {
namespace {

constexpr int kMostFakeGpus = 64;

class FakeGpus final : public GpuSource {
  public:
    FakeGpus(int count, int gigabytes, std::string faults)
        : count_(count), gigabytes_(gigabytes), faults_(std::move(faults)) {}

    GpuInventory inventory() override {
        GpuInventory inventory{.driver = "550.54", .cuda = "12.4", .gpus = {}};
        for (int i = 0; i < count_; ++i) {
            inventory.gpus.push_back({.name = fmt::format("fake {} GB", gigabytes_),
                                      .uuid = fmt::format("GPU-fake-{}", i),
                                      .memory = std::int64_t{gigabytes_} * 1'000'000'000,
                                      .fault = fault_of(i)});
        }
        return inventory;
    }

    std::vector<GpuUse> use() override { return std::vector<GpuUse>(static_cast<std::size_t>(count_)); }

  private:
    [[nodiscard]] std::string fault_of(int index) const {
        if (faults_.empty()) return {};
        const auto text = read_file(faults_);
        std::istringstream lines(text ? *text : std::string());
        for (std::string line; std::getline(lines, line);) {
            if (const std::string begin = fmt::format("{} ", index); line.starts_with(begin))
                return line.substr(begin.size());
        }
        return {};
    }

    int count_, gigabytes_;
    std::string faults_;
};

}  // namespace

Result<std::unique_ptr<GpuSource>> fake_gpus(std::string_view text, const std::string& faults) {
    int count = 0, gigabytes = 0;
    const char* const end = text.data() + text.size();
    const auto [times, bad_count] = std::from_chars(text.data(), end, count);
    const bool counted = bad_count == std::errc() && times != end && *times == 'x';
    const auto [unit, bad_size] =
        counted ? std::from_chars(times + 1, end, gigabytes) : std::from_chars_result{end, std::errc::invalid_argument};
    if (bad_size != std::errc() || std::string_view(unit, static_cast<std::size_t>(end - unit)) != "GB" || count < 0 ||
        count > kMostFakeGpus || gigabytes < 1 || gigabytes > 10'000)
        return invalid("'{}' does not describe GPUs (allowed: a number, 'x' and gigabytes, such as '2x24GB')", text);
    return std::unique_ptr<GpuSource>(std::make_unique<FakeGpus>(count, gigabytes, faults));
}

Result<std::unique_ptr<GpuSource>> gpus_of_this_machine() {
    const char* fake = std::getenv("GOETIA_FAKE_GPUS");
    const char* faults = std::getenv("GOETIA_FAKE_GPU_FAULTS");
    if (fake != nullptr) return fake_gpus(fake, faults != nullptr ? faults : "");
    return nvml_gpus();
}

}  // namespace goetia
