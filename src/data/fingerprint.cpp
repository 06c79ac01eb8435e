#include <algorithm>
#include <atomic>
#include <thread>

#include "base/hash.h"
#include "data/dataset.h"

namespace goetia {
namespace {

// What one sample adds: its name, label and the hash of its bytes. A file that cannot be read is told as that: whether
// a run may go on without it is the run's policy for broken samples.
Result<std::string> sample_line(const Dataset& dataset, std::int64_t index) {
    GOETIA_ASSIGN(const Sample sample, dataset.sample(index));
    const Result<std::string> bytes = sha256_file(sample.path);
    return fmt::format("{} {} {} {}\n", sample.name.size(), sample.name, sample.label, bytes ? *bytes : "unreadable");
}

}  // namespace

Result<std::string> fingerprint(const Dataset& dataset) {
    std::vector<std::string> lines(static_cast<std::size_t>(dataset.size()));
    std::vector<std::optional<Error>> errors(lines.size());
    std::atomic<std::int64_t> next{0};
    std::atomic<bool> failed{false};
    const auto work = [&] {
        for (std::int64_t i; !failed && (i = next++) < dataset.size();) {
            auto line = sample_line(dataset, i);
            if (line) {
                lines[static_cast<std::size_t>(i)] = std::move(line).value();
            } else {
                errors[static_cast<std::size_t>(i)] = std::move(line).error();
                failed = true;
            }
        }
    };
    {
        const auto count =
            std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, std::max<std::size_t>(1, lines.size()));
        std::vector<std::jthread> threads;
        for (std::size_t i = 1; i < count; ++i) threads.emplace_back(work);
        work();
    }
    for (auto& error : errors) {
        if (error) return *std::move(error);
    }
    Sha256 sum;
    for (const std::string& name : dataset.classes()) sum.add(fmt::format("{} {}\n", name.size(), name));
    for (const std::string& line : lines) sum.add(line);
    return sum.hex();
}

}  // namespace goetia
