#include "learn/boxes/number_lists.h"

#include "base/json.h"
#include "base/json_text.h"

namespace goetia {

Result<std::vector<std::vector<double>>> number_lists(const Json& value, const std::string& path, bool empty_allowed) {
    const auto wrong = [&](const std::string& at, const Json& found) {
        Error error = invalid("'{}' cannot be used", path);
        error.faults.push_back({.path = at,
                                .message = "must be a list with a list of numbers for each map",
                                .found = json_text(found),
                                .allowed = "numbers above 0: [[32, 40, 50], [64, 80, 101]]"});
        return error;
    };
    if (!value.is_array() || value.empty()) return wrong(path, value);
    std::vector<std::vector<double>> lists;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string at = fmt::format("{}[{}]", path, i);
        if (!value[i].is_array() || (value[i].empty() && !empty_allowed)) return wrong(at, value[i]);
        lists.emplace_back();
        for (const Json& one : value[i]) {
            if (!one.is_number() || one.get<double>() <= 0) return wrong(at, value[i]);
            lists.back().push_back(one.get<double>());
        }
    }
    return lists;
}

Status check_lists(std::size_t lists, std::size_t maps, const std::string& param) {
    if (lists == maps) return {};
    return invalid("'{}' has {} lists, but there are {} maps; give one list for each map", param, lists, maps);
}

}  // namespace goetia
