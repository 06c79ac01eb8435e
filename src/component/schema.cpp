#include "component/schema.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.h"
#include "base/json_text.h"
#include "base/nearest.h"

namespace goetia {
namespace {

constexpr std::array<std::pair<Kind, std::string_view>, 17> kKindNames{{
    {Kind::kModel, "model"},
    {Kind::kBackbone, "backbone"},
    {Kind::kNeck, "neck"},
    {Kind::kHead, "head"},
    {Kind::kLoss, "loss"},
    {Kind::kAnchors, "anchors"},
    {Kind::kAssigner, "assigner"},
    {Kind::kBoxCoder, "box_coder"},
    {Kind::kBoxSampler, "box_sampler"},
    {Kind::kDataset, "dataset"},
    {Kind::kSampler, "sampler"},
    {Kind::kTransform, "transform"},
    {Kind::kBatchTransform, "batch_transform"},
    {Kind::kOptimizer, "optimizer"},
    {Kind::kScheduler, "scheduler"},
    {Kind::kMetric, "metric"},
    {Kind::kHook, "hook"},
}};

bool is_list(ParamType type) {
    return type == ParamType::kIntList || type == ParamType::kFloatList || type == ParamType::kStringList;
}

ParamType element_type(ParamType type) {
    switch (type) {
        case ParamType::kIntList: return ParamType::kInt;
        case ParamType::kFloatList: return ParamType::kFloat;
        case ParamType::kStringList: return ParamType::kString;
        default: return type;
    }
}

bool has_type(const Json& value, ParamType type) {
    switch (type) {
        case ParamType::kBool: return value.is_boolean();
        case ParamType::kInt:
            return value.is_number_integer() ||
                   (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
        case ParamType::kFloat: return value.is_number();
        case ParamType::kString: return value.is_string();
        case ParamType::kObject: return value.is_object();
        case ParamType::kAny: return true;
        default: return value.is_array();
    }
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string range_text(const Param& param) {
    if (param.minimum && param.maximum) {
        return param.minimum_excluded ? fmt::format("above {} up to {}", *param.minimum, *param.maximum)
                                      : fmt::format("{} to {}", *param.minimum, *param.maximum);
    }
    if (param.minimum) return fmt::format("{} {}", param.minimum_excluded ? "above" : "at least", *param.minimum);
    if (param.maximum) return fmt::format("at most {}", *param.maximum);
    return {};
}

// The message for one invalid value, or empty.
std::string fault_of(const Param& param, const Json& value) {
    const ParamType type = element_type(param.type);
    if (!has_type(value, type)) return fmt::format("must be {}", param_type_words(type));
    if (value.is_number()) {
        const double number = value.get<double>();
        const bool low = param.minimum && (param.minimum_excluded ? number <= *param.minimum : number < *param.minimum);
        if (low || (param.maximum && number > *param.maximum) || !std::isfinite(number)) return "out of range";
    }
    if (value.is_string() && !param.choices.empty() &&
        std::find(param.choices.begin(), param.choices.end(), value.get<std::string>()) == param.choices.end()) {
        return "not one of the choices";
    }
    return {};
}

void check_param(const Param& param, const Json& value, const std::string& path, std::vector<Fault>& faults) {
    const auto fault = [&](std::string message, const Json& found, const std::string& at) {
        Fault entry{
            .path = at, .message = std::move(message), .found = json_text(found), .allowed = param.allowed_text()};
        if (found.is_string() && !param.choices.empty())
            entry.nearest = nearest_name(found.get<std::string>(), param.choices);
        faults.push_back(std::move(entry));
    };
    if (value.is_null() && param.nullable) return;
    if (!is_list(param.type) || (param.scalar_allowed && !value.is_array())) {
        if (const std::string wrong = fault_of(param, value); !wrong.empty()) fault(wrong, value, path);
        return;
    }
    if (!value.is_array()) return fault(fmt::format("must be {}", param_type_words(param.type)), value, path);
    if (param.length && value.size() != static_cast<std::size_t>(*param.length)) {
        return fault(fmt::format("must hold {} values", *param.length), value, path);
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (const std::string wrong = fault_of(param, value[i]); !wrong.empty())
            fault(wrong, value[i], fmt::format("{}[{}]", path, i));
    }
}

}  // namespace

std::string_view kind_name(Kind kind) {
    for (const auto& [known, name] : kKindNames) {
        if (known == kind) return name;
    }
    return "component";
}

std::optional<Kind> kind_from_name(std::string_view name) {
    for (const auto& [kind, known] : kKindNames) {
        if (known == name) return kind;
    }
    return std::nullopt;
}

const std::vector<Kind>& all_kinds() {
    static const std::vector<Kind> kinds = [] {
        std::vector<Kind> list;
        for (const auto& [kind, name] : kKindNames) list.push_back(kind);
        return list;
    }();
    return kinds;
}

std::string_view param_type_words(ParamType type) {
    switch (type) {
        case ParamType::kBool: return "true or false";
        case ParamType::kInt: return "a whole number";
        case ParamType::kFloat: return "a number";
        case ParamType::kString: return "a text";
        case ParamType::kIntList: return "a list of whole numbers";
        case ParamType::kFloatList: return "a list of numbers";
        case ParamType::kStringList: return "a list of texts";
        case ParamType::kObject: return "a mapping";
        case ParamType::kAny: return "anything";
    }
    return "anything";
}

std::string Param::allowed_text() const {
    std::string words(param_type_words(type));
    if (scalar_allowed) words += fmt::format(" or {}", param_type_words(element_type(type)));
    if (length) words += fmt::format(" of length {}", *length);
    if (const std::string range = range_text(*this); !range.empty()) words += ", " + range;
    if (!choices.empty()) words += ", one of " + joined(choices);
    if (nullable) words += ", or null";
    return words;
}

const Param* Schema::find(std::string_view param) const {
    const auto found = std::find_if(params_.begin(), params_.end(), [&](const Param& p) { return p.name == param; });
    return found == params_.end() ? nullptr : &*found;
}

Schema::Schema(std::string name, std::string sentence) : name_(std::move(name)), sentence_(std::move(sentence)) {}
Schema::Schema(const Schema&) = default;
Schema::Schema(Schema&&) noexcept = default;
Schema& Schema::operator=(const Schema&) = default;
// A schema may be assigned what was added to itself: `schema = std::move(schema).with(...)`.
Schema& Schema::operator=(Schema&& other) noexcept {
    if (this == &other) return *this;
    name_ = std::move(other.name_), sentence_ = std::move(other.sentence_);
    params_ = std::move(other.params_), tasks_ = std::move(other.tasks_);
    return *this;
}
Schema::~Schema() = default;

Schema&& Schema::with(const ParamBuilder& param) && {
    params_.push_back(param.built());
    return std::move(*this);
}

Schema&& Schema::for_tasks(std::initializer_list<std::string_view> tasks) && {
    tasks_.assign(tasks.begin(), tasks.end());
    return std::move(*this);
}

bool Schema::fits_task(std::string_view task) const {
    return tasks_.empty() || std::find(tasks_.begin(), tasks_.end(), task) != tasks_.end();
}

std::vector<Fault> Schema::check(const Json& values, const std::string& path) const {
    std::vector<Fault> faults;
    const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    if (!values.is_object()) {
        faults.push_back(
            {.path = path, .message = fmt::format("'{}' needs a mapping", name_), .found = json_text(values)});
        return faults;
    }
    std::vector<std::string> known;
    for (const Param& param : params_) known.push_back(param.name);
    for (const auto& [key, value] : values.items()) {
        if (key == "type") continue;
        if (const Param* param = find(key)) {
            check_param(*param, value, below(key), faults);
        } else {
            faults.push_back({.path = below(key),
                              .message = fmt::format("'{}' has no parameter '{}'", name_, key),
                              .allowed = known.empty() ? "no parameters" : joined(known),
                              .nearest = nearest_name(key, known)});
        }
    }
    for (const Param& param : params_) {
        if (param.fallback || values.contains(param.name)) continue;
        faults.push_back({.path = below(param.name),
                          .message = fmt::format("'{}' needs it", name_),
                          .found = "nothing",
                          .allowed = param.allowed_text()});
    }
    return faults;
}

Json Schema::complete(const Json& values) const {
    Json full = Json::object();
    for (const Param& param : params_) {
        if (values.contains(param.name)) full[param.name] = values[param.name];
        else if (param.fallback) full[param.name] = *param.fallback;
    }
    return full;
}

Args Schema::arguments(const Json& values) const { return Args(complete(values)); }

}  // namespace goetia
