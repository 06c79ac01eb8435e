#include "apps/goetia/reproduce_compare.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>

namespace goetia::cli {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::infinity();

using Place = std::tuple<std::int64_t, std::string>;  // step, name

// How long things took is no part of the result.
bool is_result(std::string_view name) {
    return name.find("seconds") == std::string_view::npos && name.find("per_second") == std::string_view::npos &&
           !name.starts_with("system/");
}

std::map<Place, double> results(const RunHistory& history) {
    std::map<Place, double> all;
    for (const Point& point : history.points) {
        if (is_result(point.name)) all[{point.step, point.name}] = point.value;
    }
    for (const EpochRecord& epoch : history.epochs) {
        for (const auto& [name, value] : epoch.metrics) {
            if (is_result(name) && !std::isnan(value)) all[{epoch.step, name}] = value;
        }
    }
    return all;
}

bool same_bits(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

double relative_difference(double a, double b) {
    if (same_bits(a, b)) return 0;
    if (!std::isfinite(a) || !std::isfinite(b)) return kNoNumber;
    return std::abs(a - b) / std::max({1.0, std::abs(a), std::abs(b)});
}

std::string shape_text(const Tensor& tensor) {
    std::string text;
    for (const std::int64_t size : tensor.shape) text += (text.empty() ? "" : "x") + std::to_string(size);
    return fmt::format("{} [{}]", dtype_name(tensor.dtype), text);
}

template <class T>
double largest_difference(const Tensor& a, const Tensor& b) {
    double largest = 0;
    for (std::int64_t i = 0; i < a.elements(); ++i) {
        T x, y;
        std::memcpy(&x, a.data + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
        std::memcpy(&y, b.data + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
        largest = std::max(largest, relative_difference(static_cast<double>(x), static_cast<double>(y)));
    }
    return largest;
}

double largest_difference(const Tensor& a, const Tensor& b) {
    switch (a.dtype) {
        case DType::kFloat32: return largest_difference<float>(a, b);
        case DType::kFloat64: return largest_difference<double>(a, b);
        case DType::kInt64: return largest_difference<std::int64_t>(a, b);
        default: return kNoNumber;  // another kind either equals or does not
    }
}

void compare_tensor(const std::string& name, const Tensor& a, const Tensor* b, Comparison& into) {
    ++into.tensors;
    const auto differ = [&](double relative) {
        into.differences.push_back(
            {"tensor", name, 0, shape_text(a), b == nullptr ? "missing" : shape_text(*b), relative});
    };
    if (b == nullptr || a.dtype != b->dtype || a.shape != b->shape) return differ(kNoNumber);
    if (a.bytes() == 0 || std::memcmp(a.data, b->data, a.bytes()) == 0) return;
    differ(largest_difference(a, *b));
}

Result<const Dict*> model_of(const Value& checkpoint, std::string_view which) {
    const Value* model = checkpoint.is<Dict>() ? checkpoint.find("model") : nullptr;
    if (model == nullptr || !model->is<Dict>()) return invalid("the checkpoint of the {} run holds no 'model'", which);
    return &model->as<Dict>();
}

// The leaves of an environment that can change a result.
constexpr const char* kWatched[] = {"/cpu/model", "/compiler",       "/libraries",      "/gpus",
                                    "/driver",    "/goetia_version", "/program_sha256", "/data_fingerprint",
                                    "/variables", "/world_size",     "/threads"};

}  // namespace

std::string_view verdict_name(Verdict verdict) {
    switch (verdict) {
        case Verdict::kBitwise: return "bitwise";
        case Verdict::kWithinEps: return "within_eps";
        case Verdict::kDiverged: return "diverged";
    }
    return "diverged";
}

void compare_metrics(const RunHistory& original, const RunHistory& reproduced, Comparison& into) {
    const std::map<Place, double> first = results(original);
    std::map<Place, double> second = results(reproduced);
    for (const auto& [place, value] : first) {
        ++into.metrics;
        const auto& [step, name] = place;
        const auto other = second.find(place);
        if (other == second.end()) {
            into.differences.push_back({"metric", name, step, fmt::format("{}", value), "missing", kNoNumber});
            continue;
        }
        if (!same_bits(value, other->second)) {
            into.differences.push_back({"metric", name, step, fmt::format("{}", value),
                                        fmt::format("{}", other->second), relative_difference(value, other->second)});
        }
        second.erase(other);
    }
    for (const auto& [place, value] : second) {
        into.differences.push_back(
            {"metric", std::get<1>(place), std::get<0>(place), "missing", fmt::format("{}", value), kNoNumber});
    }
    std::stable_sort(into.differences.begin(), into.differences.end(),
                     [](const Difference& a, const Difference& b) { return a.step < b.step; });
}

Status compare_weights(const Value& original, const Value& reproduced, Comparison& into) {
    GOETIA_ASSIGN(const Dict* first, model_of(original, "original"));
    GOETIA_ASSIGN(const Dict* second, model_of(reproduced, "reproduced"));
    const auto tensor = [](const Value* value) {
        return value != nullptr && value->is<Tensor>() ? &value->as<Tensor>() : nullptr;
    };
    const Value other(*second);
    for (const auto& [key, value] : *first) {
        if (!key.is<std::string>() || !value.is<Tensor>()) continue;
        compare_tensor(key.as<std::string>(), value.as<Tensor>(), tensor(other.find(key.as<std::string>())), into);
    }
    const Value known(*first);
    for (const auto& [key, value] : *second) {
        if (!key.is<std::string>() || !value.is<Tensor>() || known.find(key.as<std::string>()) != nullptr) continue;
        into.differences.push_back(
            {"tensor", key.as<std::string>(), 0, "missing", shape_text(value.as<Tensor>()), kNoNumber});
    }
    return {};
}

Verdict verdict_of(const Comparison& comparison, double eps) {
    if (comparison.differences.empty()) return Verdict::kBitwise;
    const bool within = std::all_of(comparison.differences.begin(), comparison.differences.end(),
                                    [eps](const Difference& one) { return one.relative <= eps; });
    return within ? Verdict::kWithinEps : Verdict::kDiverged;
}

const Difference* first_difference(const Comparison& comparison, double eps) {
    const double least = verdict_of(comparison, eps) == Verdict::kDiverged ? eps : -1;
    for (const Difference& one : comparison.differences) {
        if (one.relative > least) return &one;
    }
    return nullptr;
}

Json to_json(const Difference& difference) {
    Json json = {{"kind", difference.kind}, {"name", difference.name}};
    if (difference.kind == "metric") json["step"] = difference.step;
    json["original"] = difference.original;
    json["reproduced"] = difference.reproduced;
    json["relative"] = std::isfinite(difference.relative) ? Json(difference.relative) : Json(nullptr);
    return json;
}

std::string to_text(const Difference& difference) {
    const std::string relative =
        std::isfinite(difference.relative) ? fmt::format(" (relative difference {:.3g})", difference.relative) : "";
    if (difference.kind == "tensor")
        return fmt::format("tensor '{}': {}, now {}{}", difference.name, difference.original, difference.reproduced,
                           relative);
    return fmt::format("metric '{}' at step {}: {}, now {}{}", difference.name, difference.step, difference.original,
                       difference.reproduced, relative);
}

std::vector<std::string> environment_differences(const Json& original, const Json& reproduced) {
    std::vector<std::string> sentences;
    for (const char* path : kWatched) {
        const Json::json_pointer pointer(path);
        const Json before = original.contains(pointer) ? original.at(pointer) : Json(nullptr);
        const Json after = reproduced.contains(pointer) ? reproduced.at(pointer) : Json(nullptr);
        if (before != after) sentences.push_back(fmt::format("{}: {}, now {}", path + 1, before.dump(), after.dump()));
    }
    return sentences;
}

}  // namespace goetia::cli
