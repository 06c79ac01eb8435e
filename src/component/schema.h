// A component describes itself: name, one sentence, and every parameter with its type, range, default and meaning.
// From this one description come validation, `--help`, the reference pages and the forms of the web page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace goetia {

// What a component is to a run. A new kind is one line here and one in kind_name().
enum class Kind {
    kModel,
    kBackbone,
    kNeck,
    kHead,
    kLoss,
    kDataset,
    kSampler,
    kTransform,
    kBatchTransform,
    kOptimizer,
    kScheduler,
    kMetric,
    kHook
};

std::string_view kind_name(Kind kind);  // "model", "batch_transform"
std::optional<Kind> kind_from_name(std::string_view name);
const std::vector<Kind>& all_kinds();

enum class ParamType { kBool, kInt, kFloat, kString, kIntList, kFloatList, kStringList, kObject, kAny };

std::string_view param_type_name(ParamType type);

struct Param {
    std::string name;
    std::string doc;
    ParamType type = ParamType::kAny;
    std::optional<Json> fallback;   // absent: the parameter is required
    std::optional<double> minimum;  // of the number, or of each number of a list
    std::optional<double> maximum;
    bool minimum_excluded = false;
    std::vector<std::string> choices;  // of the string, or of each string of a list
    std::optional<int> length;         // a list's exact length
    bool nullable = false;
    bool scalar_allowed = false;  // a list parameter that also takes one value, meant for every place

    // "number, 0 to 1, default 0.5"
    [[nodiscard]] std::string allowed_text() const;
};

class ParamBuilder;

class Schema {
  public:
    Schema(std::string name, std::string sentence) : name_(std::move(name)), sentence_(std::move(sentence)) {}

    // Adds a parameter: Schema("X", "...").with(integer("depth", "Layers").choices...).
    Schema&& with(const ParamBuilder& param) &&;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& sentence() const { return sentence_; }
    [[nodiscard]] const std::vector<Param>& params() const { return params_; }
    [[nodiscard]] const Param* find(std::string_view param) const;

    // Every fault of `values` at once, each path starting with `path`. The key "type" names the component itself and
    // is passed over.
    [[nodiscard]] std::vector<Fault> check(const Json& values, const std::string& path) const;

    // `values` with every default filled in, in the schema's order; call after check().
    [[nodiscard]] Json complete(const Json& values) const;

    [[nodiscard]] Json to_json() const;  // what `describe` prints

  private:
    std::string name_;
    std::string sentence_;
    std::vector<Param> params_;
};

// Writes one parameter: integer("depth", "how many layers").one_of... Each setter returns the builder.
class ParamBuilder {
  public:
    ParamBuilder(ParamType type, std::string name, std::string doc);

    ParamBuilder& fallback(Json value);  // the default
    ParamBuilder& at_least(double value);
    ParamBuilder& above(double value);
    ParamBuilder& at_most(double value);
    ParamBuilder& between(double low, double high);
    ParamBuilder& one_of(std::vector<std::string> choices);
    ParamBuilder& length(int count);
    ParamBuilder& or_null();    // null is allowed, and is the default unless one is given
    ParamBuilder& or_scalar();  // a list that also takes one value

    [[nodiscard]] const Param& built() const { return param_; }

  private:
    Param param_;
};

inline ParamBuilder boolean(std::string name, std::string doc) {
    return {ParamType::kBool, std::move(name), std::move(doc)};
}
inline ParamBuilder integer(std::string name, std::string doc) {
    return {ParamType::kInt, std::move(name), std::move(doc)};
}
inline ParamBuilder number(std::string name, std::string doc) {
    return {ParamType::kFloat, std::move(name), std::move(doc)};
}
inline ParamBuilder text(std::string name, std::string doc) {
    return {ParamType::kString, std::move(name), std::move(doc)};
}
inline ParamBuilder integers(std::string name, std::string doc) {
    return {ParamType::kIntList, std::move(name), std::move(doc)};
}
inline ParamBuilder numbers(std::string name, std::string doc) {
    return {ParamType::kFloatList, std::move(name), std::move(doc)};
}
inline ParamBuilder texts(std::string name, std::string doc) {
    return {ParamType::kStringList, std::move(name), std::move(doc)};
}
inline ParamBuilder object(std::string name, std::string doc) {
    return {ParamType::kObject, std::move(name), std::move(doc)};
}
inline ParamBuilder anything(std::string name, std::string doc) {
    return {ParamType::kAny, std::move(name), std::move(doc)};
}

}  // namespace goetia
