#include "datasets/tables/xlsx_cells.h"

#include <chrono>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <pugixml.hpp>

namespace goetia {
namespace {

constexpr std::uint32_t kMostColumns = 16'384;

void add_texts(const pugi::xml_node& node, std::string& text) {
    for (const pugi::xml_node& child : node.children()) {
        std::string_view name = child.name();
        if (const std::size_t colon = name.find(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
        if (name == "t") text += child.text().get();
        else if (name == "r") add_texts(child, text);
    }
}

// Excel escapes characters that XML cannot contain as _x000D_.
std::string unescaped(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        int used = 0;
        if (text.compare(i, 2, "_x") == 0 && i + 6 < text.size() && text[i + 6] == '_' &&
            std::sscanf(text.c_str() + i + 2, "%4x%n", &code, &used) == 1 && used == 4 && code > 0 && code < 0x80) {
            plain += static_cast<char>(code);
            i += 6;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

}  // namespace

bool is_date_format(std::string_view format) {
    bool quoted = false;
    for (std::size_t i = 0; i < format.size(); ++i) {
        const char letter = format[i];
        if (letter == '"') quoted = !quoted;
        if (quoted) continue;
        if (letter == '\\' || letter == '_' || letter == '*') {
            ++i;
            continue;
        }
        if (letter == ';') return false;  // the rest is for negative numbers
        if (letter == '[') {
            // [h], [mm] and [ss] are elapsed times; [Red] and [$-804] are unrelated to dates.
            const std::size_t end = format.find(']', i);
            if (end == std::string_view::npos) return false;
            const std::string_view inside = format.substr(i + 1, end - i - 1);
            if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) return true;
            i = end;
            continue;
        }
        if (std::strchr("yYmMdDhHsS", letter) != nullptr) return true;
        if ((letter == 'G' || letter == 'g') && format.substr(i, 7) == "General") return false;
    }
    return false;
}

std::optional<std::string> date_text(double days, bool from_1904) {
    constexpr double kSeconds = 86400;
    if (!(days >= 0) || days >= 2958466) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(std::floor(days * kSeconds + 0.5));
    const std::int64_t day = whole / 86400, second = whole % 86400;
    const std::string time = fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    if (day == 0 && !from_1904) return time;
    // Day 60 of 1900 is a leap day that never existed; earlier serial numbers count from one day later.
    using namespace std::chrono;
    const sys_days epoch = from_1904 ? sys_days(year{1904} / 1 / 1) : sys_days(year{1899} / 12 / (day < 60 ? 31 : 30));
    const year_month_day date(epoch + std::chrono::days(day));
    const std::string text = fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return second == 0 ? text : text + "T" + time;
}

std::string number_text(double value) {
    if (value == std::floor(value) && std::abs(value) < 1e15)
        return fmt::format("{}", static_cast<std::int64_t>(value));
    return fmt::format("{}", value);
}

std::string string_item(const pugi::xml_node& item) {
    std::string text;
    add_texts(item, text);
    return text.find("_x") == std::string::npos ? text : unescaped(text);
}

std::optional<CellPosition> cell_position(std::string_view reference) {
    CellPosition place;
    std::size_t i = 0;
    for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z'; ++i) {
        place.column = place.column * 26 + static_cast<std::uint32_t>(reference[i] - 'A' + 1);
        if (place.column > kMostColumns) return std::nullopt;
    }
    const std::size_t letters = i;
    for (; i < reference.size() && reference[i] >= '0' && reference[i] <= '9'; ++i) {
        place.row = place.row * 10 + static_cast<std::uint32_t>(reference[i] - '0');
        if (place.row > kMostRows) return std::nullopt;
    }
    if (letters == 0 || i == letters || i < reference.size() || place.row == 0) return std::nullopt;
    --place.column;
    return place;
}

}  // namespace goetia
