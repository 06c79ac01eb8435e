#include "fetch/catalogue/amounts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace goetia {
namespace {

// "1.5 GB" as a number and its unit in lower case; empty when it does not begin with a number.
std::optional<std::pair<double, std::string>> parted(const std::string& text) {
    std::size_t used = 0;
    double number = 0;
    try {
        number = std::stod(text, &used);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    if (!std::isfinite(number) || number < 0) return std::nullopt;
    std::string unit = text.substr(used);
    unit.erase(std::remove(unit.begin(), unit.end(), ' '), unit.end());
    std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
    return std::pair(number, unit);
}

std::optional<double> amount_of(const std::string& text, const std::map<std::string, double>& units) {
    const auto parts = parted(text);
    const auto unit = parts ? units.find(parts->second) : units.end();
    if (unit == units.end()) return std::nullopt;
    return parts->first * unit->second;
}

}  // namespace

Result<double> parse_age(const std::string& text) {
    const auto seconds = amount_of(text, {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}, {"w", 604800}});
    if (!seconds) return invalid("'{}' is not an age; write it as 30d, 12h or 45min", text);
    return *seconds;
}

Result<std::int64_t> parse_bytes(const std::string& text) {
    const auto bytes = amount_of(text, {{"", 1},
                                        {"b", 1},
                                        {"kb", 1e3},
                                        {"mb", 1e6},
                                        {"gb", 1e9},
                                        {"tb", 1e12},
                                        {"kib", 1024.0},
                                        {"mib", 1048576.0},
                                        {"gib", 1073741824.0},
                                        {"tib", 1099511627776.0}});
    if (!bytes || *bytes > 9e18) return invalid("'{}' is not a size; write it as 10GB or 500MB", text);
    return static_cast<std::int64_t>(*bytes);
}

Result<double> parse_memory(const std::string& text) {
    constexpr double kMega = 1.0 / 1024;
    const auto gigabytes = amount_of(text, {{"", 1},
                                            {"g", 1},
                                            {"gb", 1},
                                            {"gib", 1},
                                            {"m", kMega},
                                            {"mb", kMega},
                                            {"mib", kMega},
                                            {"t", 1024},
                                            {"tb", 1024},
                                            {"tib", 1024}});
    if (!gigabytes) return invalid("'{}' is not an amount of memory; write it as 8GB or 8192MiB", text);
    return *gigabytes;
}

std::string bytes_text(std::int64_t bytes) {
    double amount = static_cast<double>(bytes);
    const char* unit = "bytes";
    for (const char* next : {"kB", "MB", "GB", "TB"}) {
        if (amount < 999.5) break;
        amount /= 1000, unit = next;
    }
    return unit == std::string_view("bytes") ? fmt::format("{} bytes", bytes)
                                             : fmt::format("{:.{}f} {}", amount, amount < 99.95 ? 1 : 0, unit);
}

}  // namespace goetia
