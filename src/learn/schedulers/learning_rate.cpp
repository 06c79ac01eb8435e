#include <algorithm>
#include <cmath>
#include <optional>

#include "base/json.h"
#include "config/section_keys.h"
#include "learn/schedulers/schedules.h"

namespace goetia {
namespace {

struct Warmup {
    std::int64_t steps = 0;
    double start = 1;
    WarmupForm form = WarmupForm::kLinear;
};

std::optional<WarmupForm> warmup_form(const Json& type) {
    if (type == "linear") return WarmupForm::kLinear;
    if (type == "constant") return WarmupForm::kConstant;
    if (type == "exponential") return WarmupForm::kExponential;
    return std::nullopt;
}

Schema warmup_schema() {
    return Schema("warmup", "A slow start in front of the schedule")
        .with(boolean("enabled", "whether it is used").fallback(true))
        .with(text("type",
                   "linear: rises from start_factor to 1; exponential: by the same factor each step; constant: "
                   "stays at start_factor")
                  .one_of({"linear", "constant", "exponential"})
                  .fallback("linear"))
        .with(integer("epochs", "how long").at_least(0).or_null())
        .with(integer("steps", "how long, in optimizer steps instead of epochs").at_least(0).or_null())
        .with(
            number("start_factor", "share of the learning rate at the first step").above(0).at_most(1).fallback(0.001));
}

Result<Warmup> read_warmup(const Json& section, std::int64_t steps_per_epoch) {
    if (!section.contains("warmup") || section["warmup"].is_null()) return Warmup{};
    const Json& config = section["warmup"];
    const Schema schema = warmup_schema();
    // A warm-up has a type of its own, which Schema::check passes over as a component's name.
    std::vector<Fault> faults = schema.check(config, "scheduler.warmup");
    const Json full = config.is_object() ? schema.complete(config) : Json::object();
    if (faults.empty() && !warmup_form(full["type"])) {
        faults.push_back({.path = "scheduler.warmup.type",
                          .message = "not one of the choices",
                          .found = full["type"].dump(),
                          .allowed = "linear, constant, exponential"});
    }
    if (faults.empty() && full["enabled"].get<bool>() && full["epochs"].is_null() == full["steps"].is_null()) {
        faults.push_back(
            {.path = "scheduler.warmup", .message = "needs either 'epochs' or 'steps'", .found = config.dump()});
    }
    if (!faults.empty()) {
        Error error = invalid("'scheduler.warmup' cannot be used");
        error.faults = std::move(faults);
        return error;
    }
    if (!full["enabled"].get<bool>()) return Warmup{};
    const std::int64_t steps = full["steps"].is_null() ? full["epochs"].get<std::int64_t>() * steps_per_epoch
                                                       : full["steps"].get<std::int64_t>();
    return Warmup{steps, full["start_factor"].get<double>(), *warmup_form(full["type"])};
}

// Epochs, or steps; what its schedule usually counts unless the section says it.
Result<Json> counted_by(const SchedulerRegistry& registry, const Json& section) {
    if (section.contains("by") && !section["by"].is_null()) return section["by"];
    GOETIA_ASSIGN(const auto* entry, registry.find(section["type"].get<std::string>()));
    const Param* const by = entry->schema.find("by");
    return by != nullptr && by->fallback ? *by->fallback : Json("epoch");
}

// The schedule's own parameters; an end that is not given is the end of the run.
Result<Json> schedule_config(const SchedulerRegistry& registry, Json section, std::int64_t periods) {
    GOETIA_ASSIGN(const auto* entry, registry.find(section["type"].get<std::string>()));
    for (const std::string& key : section_keys("scheduler")) {
        if (!entry->schema.find(key) || section[key].is_null()) section.erase(key);
    }
    for (const char* key : {"T_max", "total_iters", "total_steps", "max_iter"}) {
        const Param* const end = entry->schema.find(key);
        if (end != nullptr && end->nullable && (!section.contains(key) || section[key].is_null()))
            section[key] = std::max<std::int64_t>(1, periods);
    }
    return section;
}

}  // namespace

Result<LearningRate> LearningRate::make(const SchedulerRegistry& registry, const Json& section, double base_lr,
                                        std::int64_t steps_per_epoch, std::int64_t epochs, std::int64_t max_steps) {
    LearningRate made;
    made.base_lr_ = base_lr;
    made.steps_per_epoch_ = std::max<std::int64_t>(1, steps_per_epoch);
    if (section.is_null()) return made;
    if (!section.is_object() || !section.contains("type") || !section["type"].is_string()) {
        return invalid("'scheduler' needs a mapping with 'type' naming a scheduler, found {}", section.dump());
    }
    GOETIA_ASSIGN(const Json by, counted_by(registry, section));
    if (by != "epoch" && by != "step") return invalid("'scheduler.by' is {}; allowed: epoch, step", by.dump());
    made.by_step_ = by == "step";
    GOETIA_ASSIGN(const Warmup warmup, read_warmup(section, made.steps_per_epoch_));
    made.warmup_steps_ = warmup.steps;
    made.warmup_start_ = warmup.start;
    made.warmup_form_ = warmup.form;

    const std::int64_t whole = made.steps_per_epoch_ * epochs;
    const std::int64_t left = (max_steps > 0 ? std::min(whole, max_steps) : whole) - warmup.steps;
    auto config = schedule_config(registry, section, made.by_step_ ? left : left / made.steps_per_epoch_);
    if (!config) return std::move(config).error().within("scheduler");
    GOETIA_ASSIGN(made.scheduler_, registry.make(*config, "scheduler"));
    return made;
}

double LearningRate::at(std::int64_t step) const {
    if (step < warmup_steps_) {
        const double share = static_cast<double>(step) / static_cast<double>(warmup_steps_);
        switch (warmup_form_) {
            case WarmupForm::kLinear: return base_lr_ * (warmup_start_ + (1 - warmup_start_) * share);
            case WarmupForm::kExponential: return base_lr_ * std::pow(warmup_start_, 1 - share);
            case WarmupForm::kConstant: return base_lr_ * warmup_start_;
        }
    }
    if (!scheduler_) return base_lr_;
    const std::int64_t after_warmup = step - warmup_steps_;
    return scheduler_->rate(base_lr_, by_step_ ? after_warmup : after_warmup / steps_per_epoch_);
}

void LearningRate::observe(std::int64_t step, double metric) {
    if (scheduler_ && step > warmup_steps_) scheduler_->observe(metric);
}

}  // namespace goetia
