#include "feeding/samplers/class_values.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/nearest.h"
#include "datasets/formats/classes.h"

namespace goetia {
namespace {

void check_number(const Json& value, const std::string& path, std::vector<Fault>& faults) {
    if (value.is_number() && value.get<double>() >= 0) return;
    faults.push_back(
        {.path = path, .message = "a number is needed", .found = json_text(value), .allowed = "number, 0 or more"});
}

}  // namespace

Result<std::vector<double>> values_by_class(const Json& values, const std::vector<std::string>& classes,
                                            double fallback, const std::string& path) {
    Error error = invalid("'{}' does not fit the classes of the data set", path);
    std::vector<double> numbers(classes.size(), fallback);
    if (values.is_array()) {
        if (values.size() != classes.size())
            error.faults.push_back({.path = path,
                                    .message = "one number for each class is needed",
                                    .found = std::to_string(values.size()),
                                    .allowed = std::to_string(classes.size())});
        for (std::size_t i = 0; i < values.size(); ++i) {
            check_number(values[i], fmt::format("{}[{}]", path, i), error.faults);
            if (error.faults.empty()) numbers[i] = values[i].get<double>();
        }
    } else if (values.is_object()) {
        for (const auto& [name, value] : values.items()) {
            const auto place = std::ranges::find(classes, name);
            if (place == classes.end()) {
                error.faults.push_back({.path = path,
                                        .message = "the data set has no such class",
                                        .found = fmt::format("'{}'", name),
                                        .allowed = some_of(classes),
                                        .nearest = nearest_name(name, classes)});
                continue;
            }
            check_number(value, path + "." + name, error.faults);
            if (value.is_number()) numbers[static_cast<std::size_t>(place - classes.begin())] = value.get<double>();
        }
    } else {
        error.faults.push_back({.path = path,
                                .message = "a list of numbers or a mapping from class names to numbers is needed",
                                .found = json_text(values)});
    }
    if (!error.faults.empty()) return error;
    return numbers;
}

}  // namespace goetia
