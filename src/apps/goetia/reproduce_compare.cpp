#include "apps/goetia/reproduce_compare.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <tuple>

namespace goetia::cli {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::infinity();

// Times are not part of the result.
bool is_result(std::string_view name) {
    return name.find("seconds") == std::string_view::npos && name.find("per_second") == std::string_view::npos &&
           !name.starts_with("system/");
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
        default: return kNoNumber;  // values of other types are equal or not
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

// The values of an environment that can affect a result.
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

void MeasuredRun::add(std::string_view metric, std::int64_t step, double value) {
    if (is_result(metric)) values_.push_back({step, value, names_.id_of(metric)});
}

std::vector<MeasuredRun::Value> MeasuredRun::sorted() const {
    std::vector<Value> values;
    values.reserve(values_.size());
    for (const Kept& kept : values_) values.push_back({kept.step, names_.name_of(kept.metric), kept.value});
    const auto before = [](const Value& a, const Value& b) {
        return std::tie(a.step, a.metric) < std::tie(b.step, b.metric);
    };
    std::stable_sort(values.begin(), values.end(), before);
    std::vector<Value> once;
    for (const Value& value : values) {
        if (!once.empty() && !before(once.back(), value)) once.pop_back();
        once.push_back(value);
    }
    return once;
}

Status measure(const ExperimentFolder& folder, MeasuredRun& into) {
    PointStream points(folder, into);
    GOETIA_TRY(points.update());
    for (const EpochRecord& epoch : points.history().epochs) {
        for (const auto& [name, value] : epoch.metrics) {
            if (!std::isnan(value)) into.add(name, epoch.step, value);
        }
    }
    return {};
}

void compare_metrics(const MeasuredRun& original, const MeasuredRun& reproduced, Comparison& into) {
    using Value = MeasuredRun::Value;
    const std::vector<Value> first = original.sorted(), second = reproduced.sorted();
    const auto differ = [&into](const Value& at, const std::string& one, const std::string& other, double relative) {
        into.differences.push_back({"metric", std::string(at.metric), at.step, one, other, relative});
    };
    std::vector<Value> added;
    auto other = second.begin();
    for (const Value& value : first) {
        ++into.metrics;
        const auto place = std::tie(value.step, value.metric);
        for (; other != second.end() && std::tie(other->step, other->metric) < place; ++other) added.push_back(*other);
        if (other == second.end() || std::tie(other->step, other->metric) != place) {
            differ(value, fmt::format("{}", value.value), "missing", kNoNumber);
            continue;
        }
        if (!same_bits(value.value, other->value)) {
            differ(value, fmt::format("{}", value.value), fmt::format("{}", other->value),
                   relative_difference(value.value, other->value));
        }
        ++other;
    }
    added.insert(added.end(), other, second.end());
    for (const Value& value : added) differ(value, "missing", fmt::format("{}", value.value), kNoNumber);
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
