#include "learn/loop/log_lines.h"

#include <fmt/format.h>

namespace goetia {
namespace {

bool is_loss(std::string_view name) { return name.find("loss") != std::string_view::npos; }

}  // namespace

std::string log_line(const StepOfLog& step) {
    std::string line = fmt::format("Epoch {}/{}, Batch {}/{}, Loss: {:.4g}", step.epoch, step.epochs, step.batch,
                                   step.batches, step.loss);
    for (const auto& [name, value] : step.means) {
        if (!is_loss(name)) line += fmt::format(", {}: {:.4g}", name.substr(name.find('/') + 1), value);
    }
    return line + fmt::format(", LR: {:.4g}", step.learning_rate);
}

std::string log_line_of_epoch(std::int64_t epoch, std::int64_t epochs, double seconds, const MetricValues& metrics) {
    std::string line = fmt::format("Epoch {}/{} took {:.1f} s", epoch, epochs, seconds);
    for (const auto& [name, value] : metrics) line += fmt::format(", {}: {:.4g}", name, value);
    return line;
}

}  // namespace goetia
