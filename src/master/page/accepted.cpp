#include "master/page/accepted.h"

#include <algorithm>
#include <charconv>

#include "net/http.h"

namespace goetia {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view without_blanks(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// What comes before a separator, which is cut off with it.
std::string_view next_piece(std::string_view& rest, char separator) {
    const std::string_view piece = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(rest.size(), piece.size() + 1));
    return without_blanks(piece);
}

double weight_in(std::string_view parameters) {
    while (!parameters.empty()) {
        std::string_view value = next_piece(parameters, ';');
        if (!same_word(next_piece(value, '='), "q")) continue;
        double weight = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), weight);
        const bool is_number = error == std::errc() && end == value.data() + value.size();
        return is_number && weight > 0 && weight <= 1 ? weight : 0;
    }
    return 1;
}

}  // namespace

std::optional<double> accepted_weight(std::string_view header, std::string_view word) {
    while (!header.empty()) {
        std::string_view parameters = next_piece(header, ',');
        if (same_word(next_piece(parameters, ';'), word)) return weight_in(parameters);
    }
    return std::nullopt;
}

}  // namespace goetia
