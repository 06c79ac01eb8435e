#include "master/series/curve.h"

#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {
namespace {

constexpr std::array<std::pair<CurveX, std::string_view>, 4> kCurveXs{
    {{CurveX::kStep, "step"}, {CurveX::kEpoch, "epoch"}, {CurveX::kTime, "time"}, {CurveX::kRelative, "relative"}}};

std::vector<std::pair<std::string, const std::vector<double>*>> curve_columns(const Curve& curve) {
    if (curve.is_raw) return {{"x", &curve.x}, {"value", &curve.last}};
    return {{"x", &curve.x}, {"min", &curve.min}, {"max", &curve.max}, {"last", &curve.last}};
}

}  // namespace

std::string_view curve_x_name(CurveX x) {
    for (const auto& [one, name] : kCurveXs)
        if (one == x) return name;
    return "";
}

std::optional<CurveX> curve_x_from(std::string_view name) {
    for (const auto& [one, known] : kCurveXs)
        if (known == name) return one;
    return std::nullopt;
}

Json to_json(const std::vector<Curve>& curves) {
    Json list = Json::array();
    for (const Curve& curve : curves) {
        Json one{{"name", curve.name}, {"count", curve.count}, {"raw", curve.is_raw}};
        for (const auto& [name, column] : curve_columns(curve)) {
            Json& values = one[name] = Json::array();
            for (const double value : *column) values.push_back(std::isfinite(value) ? Json(value) : Json());
        }
        list.push_back(std::move(one));
    }
    return {{"curves", std::move(list)}};
}

std::string to_binary(const std::vector<Curve>& curves) {
    static_assert(std::endian::native == std::endian::little, "columns are copied from memory as they are");
    constexpr std::string_view kMagic = "goetiaC1";
    Json list = Json::array();
    for (const Curve& curve : curves) {
        Json names = Json::array();
        for (const auto& [name, column] : curve_columns(curve)) names.push_back(name);
        list.push_back({{"name", curve.name},
                        {"count", curve.count},
                        {"raw", curve.is_raw},
                        {"rows", curve.x.size()},
                        {"columns", std::move(names)}});
    }
    std::string header = json_text(Json{{"curves", std::move(list)}});
    while ((kMagic.size() + 4 + header.size()) % 8 != 0) header += ' ';
    const auto length = static_cast<std::uint32_t>(header.size());
    std::string bytes(kMagic);
    bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes += header;
    for (const Curve& curve : curves) {
        for (const auto& [name, column] : curve_columns(curve))
            bytes.append(reinterpret_cast<const char*>(column->data()), column->size() * sizeof(double));
    }
    return bytes;
}

}  // namespace goetia
