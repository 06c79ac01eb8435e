#include "learn/loop/flight_record.h"

#include <cmath>

#include "base/json.h"

namespace goetia {
namespace {

constexpr std::size_t kKept = 16;

// JSON has no NaN.
Json number_or_words(double value) { return std::isfinite(value) ? Json(value) : Json(fmt::format("{}", value)); }

}  // namespace

void FlightRecord::add(Step step) {
    if (steps_.size() == kKept) steps_.pop_front();
    steps_.push_back(std::move(step));
}

Json FlightRecord::json() const {
    Json list = Json::array();
    for (const Step& one : steps_)
        list.push_back({{"step", one.step},
                        {"epoch", one.epoch},
                        {"batch", one.batch},
                        {"samples", one.samples},
                        {"loss", number_or_words(one.loss.item<double>())},
                        {"learning_rate", one.learning_rate},
                        {"loss_scale", one.scale}});
    return {{"steps", std::move(list)}};
}

}  // namespace goetia
