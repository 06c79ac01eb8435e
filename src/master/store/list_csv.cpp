#include "master/store/list_csv.h"

#include <charconv>
#include <cmath>

#include "experiment/derived.h"

namespace goetia {

std::string csv_cell(const ListValue& value) {
    if (const auto* number = std::get_if<double>(&value)) {
        char digits[32];
        if (!std::isfinite(*number)) return "nan";
        return {digits, std::to_chars(digits, digits + sizeof digits, *number).ptr};
    }
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return "";
    const bool is_formula = !text->empty() && std::string_view("=+-@\t\r").find((*text)[0]) != std::string_view::npos;
    return csv_field(is_formula ? "'" + *text : *text);
}

}  // namespace goetia
