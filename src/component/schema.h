// The schema by which a component describes itself: name, one sentence, and every parameter with its type, range,
// default and meaning. Validation, `--help`, the reference pages and the forms of the web page are generated from it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "component/args.h"

namespace goetia {

// The role of a component in a run. A new kind is one line here and one in kind_name().
enum class Kind {
    kModel,
    kBackbone,
    kNeck,
    kHead,
    kLoss,
    kAnchors,
    kAssigner,
    kBoxCoder,
    kBoxSampler,
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

std::string_view param_type_words(ParamType type);  // "a list of whole numbers"

struct Param {
    std::string name;
    std::string doc;
    ParamType type = ParamType::kAny;
    std::shared_ptr<const Json> fallback;  // the default; null: the parameter is required
    std::optional<double> minimum;         // of the number, or of each number in a list
    std::optional<double> maximum;
    bool minimum_excluded = false;
    std::vector<std::string> choices;  // of the string, or of each string in a list
    std::optional<int> length;         // the exact length of a list
    bool nullable = false;
    bool scalar_allowed = false;  // a list parameter that also takes one value, used for every element

    // "a number, 0 to 1, or null"
    [[nodiscard]] std::string allowed_text() const;
};

class ParamBuilder;

class Schema {
  public:
    Schema(std::string name, std::string sentence);
    Schema(const Schema&);
    Schema(Schema&&) noexcept;
    Schema& operator=(const Schema&);
    Schema& operator=(Schema&&) noexcept;
    ~Schema();

    // Adds a parameter: Schema("X", "...").with(integer("depth", "Layers")...).
    Schema&& with(const ParamBuilder& param) &&;

    // The tasks it is for ("classification", "detection"); unless said, for every one.
    Schema&& for_tasks(std::initializer_list<std::string_view> tasks) &&;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::vector<std::string>& tasks() const { return tasks_; }
    [[nodiscard]] bool fits_task(std::string_view task) const;
    [[nodiscard]] const std::string& sentence() const { return sentence_; }
    [[nodiscard]] const std::vector<Param>& params() const { return params_; }
    [[nodiscard]] const Param* find(std::string_view param) const;

    // Every fault of `values`, each path starting with `path`. The key "type" names the component itself and is
    // skipped.
    [[nodiscard]] std::vector<Fault> check(const Json& values, const std::string& path) const;

    // `values` with every default filled in, in the order of the schema; call after check().
    [[nodiscard]] Json complete(const Json& values) const;
    [[nodiscard]] Args arguments(const Json& values) const;  // the same, as the constructor of a component takes them

    // What `describe` prints, for programs as well as for people; its form is contract/catalogue.schema.json.
    [[nodiscard]] Json to_json() const;

    // The inverse of to_json(): whoever has the catalogue checks exactly like the component's own program.
    static Result<Schema> from_json(const Json& json);

  private:
    std::string name_;
    std::string sentence_;
    std::vector<Param> params_;
    std::vector<std::string> tasks_;
};

// Builds one parameter: integer("depth", "how many layers").at_least(1). Each setter returns the builder.
class ParamBuilder {
  public:
    ParamBuilder(ParamType type, std::string name, std::string doc);

    // The default. There is an overload for each plain type, so that the components' files need no JSON.
    ParamBuilder& fallback(bool value);
    ParamBuilder& fallback(int value);
    ParamBuilder& fallback(std::int64_t value);
    ParamBuilder& fallback(double value);
    ParamBuilder& fallback(const char* value);
    ParamBuilder& fallback(const std::string& value);
    ParamBuilder& fallback(std::initializer_list<int> values);
    ParamBuilder& fallback(std::initializer_list<double> values);
    ParamBuilder& fallback(std::initializer_list<const char*> values);
    ParamBuilder& fallback(std::nullptr_t);
    template <std::same_as<Json> Value>  // prevents conversions to Json, which every call above would try
    ParamBuilder& fallback(const Value& value) {
        return set_fallback(value);
    }

    ParamBuilder& at_least(double value);
    ParamBuilder& above(double value);
    ParamBuilder& at_most(double value);
    ParamBuilder& between(double low, double high);
    ParamBuilder& one_of(std::vector<std::string> choices);
    ParamBuilder& length(int count);
    ParamBuilder& or_null();    // null is allowed, and is the default unless another one is given
    ParamBuilder& or_scalar();  // a list that also accepts a single value

    [[nodiscard]] const Param& built() const { return param_; }

  private:
    ParamBuilder& set_fallback(const Json& value);

    Param param_;
};

ParamBuilder boolean(std::string name, std::string doc);
ParamBuilder integer(std::string name, std::string doc);
ParamBuilder number(std::string name, std::string doc);
ParamBuilder text(std::string name, std::string doc);
ParamBuilder integers(std::string name, std::string doc);
ParamBuilder numbers(std::string name, std::string doc);
ParamBuilder texts(std::string name, std::string doc);
ParamBuilder object(std::string name, std::string doc);
ParamBuilder anything(std::string name, std::string doc);

}  // namespace goetia
