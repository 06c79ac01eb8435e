#include "master/api/curve_queries.h"

#include "base/json.h"

namespace goetia {
namespace {

std::optional<double> optional_number(const RouteCall& call, const char* name) {
    const Json& value = call.query->at(name);
    return value.is_number() ? std::optional(value.get<double>()) : std::nullopt;
}

}  // namespace

Route&& with_curve_query(Route&& route) {
    return std::move(route)
        .in_query(texts("names", "Of the metrics; none: all").fallback(Json::array()))
        .in_query(text("x", "What is along the curve").one_of({"step", "epoch", "time", "relative"}).fallback("step"))
        .in_query(number("from", "The first x").or_null())
        .in_query(number("to", "The last x").or_null())
        .in_query(integer("points", "Of each curve at most; the rest is minimum, maximum and last of buckets")
                      .between(1, kMostBuckets)
                      .fallback(1000));
}

CurveQuery curve_query_of(const RouteCall& call) {
    return {.names = call.query->at("names").get<std::vector<std::string>>(),
            .x = *curve_x_from(call.query_text("x")),
            .from = optional_number(call, "from"),
            .to = optional_number(call, "to"),
            .points = static_cast<std::uint64_t>(call.query_integer("points"))};
}

}  // namespace goetia
