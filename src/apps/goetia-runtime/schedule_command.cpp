// goetia-runtime schedule --config JSON [--lr R] [--steps N] [--epochs E] [--steps-per-epoch K] [--observe a,b,...]
// Prints the learning rate of every optimizer step: what a `scheduler` section does, without training. --observe gives
// the watched metric at the end of each epoch.
#include <algorithm>
#include <charconv>

#include "apps/goetia-runtime/command.h"
#include "base/json.h"
#include "learn/schedulers/scheduler.h"

namespace goetia::runtime {
namespace {

template <class Number>
Result<Number> number_option(const Words& words, const std::string& name, Number fallback) {
    const auto text = option(words, name);
    if (!text) return fallback;
    Number value{};
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (fault != std::errc() || end != text->data() + text->size() || value <= 0)
        return invalid("'{}' is '{}'; it must be a number above 0", name, *text);
    return value;
}

Result<std::vector<double>> observed(const Words& words) {
    const auto text = option(words, "--observe");
    if (!text) return std::vector<double>{};
    const Json list = Json::parse("[" + *text + "]", nullptr, false);
    if (list.is_discarded() || !std::all_of(list.begin(), list.end(), [](const Json& one) { return one.is_number(); }))
        return invalid("'--observe' is '{}'; it must be numbers with commas between them", *text);
    return list.get<std::vector<double>>();
}

}  // namespace

Status schedule_command(const Words& words) {
    const Json section = Json::parse(option(words, "--config").value_or("null"), nullptr, false);
    if (section.is_discarded()) return invalid("'--config' must be the JSON of a 'scheduler' section");
    GOETIA_ASSIGN(const double lr, number_option(words, "--lr", 0.1));
    GOETIA_ASSIGN(const std::int64_t per_epoch, number_option<std::int64_t>(words, "--steps-per-epoch", 1));
    GOETIA_ASSIGN(const std::int64_t epochs, number_option<std::int64_t>(words, "--epochs", 100));
    GOETIA_ASSIGN(const std::int64_t steps, number_option<std::int64_t>(words, "--steps", per_epoch * epochs));
    GOETIA_ASSIGN(const std::vector<double> metrics, observed(words));

    SchedulerRegistry registry(Kind::kScheduler);
    GOETIA_TRY(register_builtin_schedulers(registry));
    GOETIA_ASSIGN(LearningRate rate, LearningRate::make(registry, section, lr, per_epoch, epochs));
    std::vector<double> rates;
    for (std::int64_t step = 0; step < steps; ++step) {
        rates.push_back(rate.at(step));
        const auto epoch = static_cast<std::size_t>(step / per_epoch);
        if ((step + 1) % per_epoch == 0 && epoch < metrics.size()) rate.observe(step + 1, metrics[epoch]);
    }
    fmt::print("{}\n", Json{{"rates", rates}}.dump());
    return {};
}

}  // namespace goetia::runtime
