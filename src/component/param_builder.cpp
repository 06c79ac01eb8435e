// ParamBuilder: builds one parameter of a schema.
#include "base/json.h"
#include "component/schema.h"

namespace goetia {

ParamBuilder::ParamBuilder(ParamType type, std::string name, std::string doc) {
    param_.type = type;
    param_.name = std::move(name);
    param_.doc = std::move(doc);
}

ParamBuilder& ParamBuilder::set_fallback(const Json& value) {
    param_.fallback = std::make_shared<const Json>(value);
    return *this;
}

ParamBuilder& ParamBuilder::fallback(bool value) { return set_fallback(value); }
ParamBuilder& ParamBuilder::fallback(int value) { return set_fallback(value); }
ParamBuilder& ParamBuilder::fallback(std::int64_t value) { return set_fallback(value); }
ParamBuilder& ParamBuilder::fallback(double value) { return set_fallback(value); }
ParamBuilder& ParamBuilder::fallback(const char* value) { return set_fallback(value); }
ParamBuilder& ParamBuilder::fallback(const std::string& value) { return set_fallback(value); }
ParamBuilder& ParamBuilder::fallback(std::initializer_list<int> values) { return set_fallback(std::vector(values)); }
ParamBuilder& ParamBuilder::fallback(std::initializer_list<double> values) { return set_fallback(std::vector(values)); }
ParamBuilder& ParamBuilder::fallback(std::initializer_list<const char*> values) {
    return set_fallback(std::vector<std::string>(values.begin(), values.end()));
}
ParamBuilder& ParamBuilder::fallback(std::nullptr_t) { return set_fallback(nullptr); }

ParamBuilder& ParamBuilder::at_least(double value) { return param_.minimum = value, *this; }
ParamBuilder& ParamBuilder::above(double value) {
    return param_.minimum = value, param_.minimum_excluded = true, *this;
}
ParamBuilder& ParamBuilder::at_most(double value) { return param_.maximum = value, *this; }
ParamBuilder& ParamBuilder::between(double low, double high) { return at_least(low).at_most(high); }
ParamBuilder& ParamBuilder::one_of(std::vector<std::string> choices) {
    return param_.choices = std::move(choices), *this;
}
ParamBuilder& ParamBuilder::length(int count) { return param_.length = count, *this; }
ParamBuilder& ParamBuilder::or_scalar() { return param_.scalar_allowed = true, *this; }

ParamBuilder& ParamBuilder::or_null() {
    param_.nullable = true;
    return param_.fallback ? *this : fallback(nullptr);
}

ParamBuilder boolean(std::string name, std::string doc) { return {ParamType::kBool, std::move(name), std::move(doc)}; }
ParamBuilder integer(std::string name, std::string doc) { return {ParamType::kInt, std::move(name), std::move(doc)}; }
ParamBuilder number(std::string name, std::string doc) { return {ParamType::kFloat, std::move(name), std::move(doc)}; }
ParamBuilder text(std::string name, std::string doc) { return {ParamType::kString, std::move(name), std::move(doc)}; }
ParamBuilder integers(std::string name, std::string doc) {
    return {ParamType::kIntList, std::move(name), std::move(doc)};
}
ParamBuilder numbers(std::string name, std::string doc) {
    return {ParamType::kFloatList, std::move(name), std::move(doc)};
}
ParamBuilder texts(std::string name, std::string doc) {
    return {ParamType::kStringList, std::move(name), std::move(doc)};
}
ParamBuilder object(std::string name, std::string doc) { return {ParamType::kObject, std::move(name), std::move(doc)}; }
ParamBuilder anything(std::string name, std::string doc) { return {ParamType::kAny, std::move(name), std::move(doc)}; }

}  // namespace goetia
