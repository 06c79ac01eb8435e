#include "component/args.h"

#include "base/json.h"

namespace goetia {

Args::Args(Json values) : values_(std::make_shared<const Json>(std::move(values))) {}

const Json& Args::at(const std::string& name) const { return values_->at(name); }
bool Args::is_null(const std::string& name) const { return at(name).is_null(); }
bool Args::flag(const std::string& name) const { return at(name).get<bool>(); }
double Args::number(const std::string& name) const { return at(name).get<double>(); }
std::int64_t Args::integer(const std::string& name) const { return at(name).get<std::int64_t>(); }
std::string Args::text(const std::string& name) const { return at(name).get<std::string>(); }

template <ListItem T>
std::vector<T> Args::list(const std::string& name, std::size_t length) const {
    const Json& value = at(name);
    return value.is_array() ? value.get<std::vector<T>>() : std::vector<T>(length, value.get<T>());
}

template std::vector<double> Args::list<double>(const std::string&, std::size_t) const;
template std::vector<float> Args::list<float>(const std::string&, std::size_t) const;
template std::vector<int> Args::list<int>(const std::string&, std::size_t) const;
template std::vector<std::int64_t> Args::list<std::int64_t>(const std::string&, std::size_t) const;
template std::vector<std::string> Args::list<std::string>(const std::string&, std::size_t) const;

}  // namespace goetia
