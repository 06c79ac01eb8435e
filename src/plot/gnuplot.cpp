#include "plot/gnuplot.h"

#include <cmath>

#include <fmt/format.h>

#include "base/files.h"
#include "base/process.h"

namespace goetia {
namespace {

constexpr double kTimeout = 60;
constexpr std::string_view kPngStart("\x89PNG\r\n\x1a\n", 8);

struct PlotGlyph {
    std::size_t bytes = 1, columns = 1;
    bool valid = true;
};

PlotGlyph glyph_at(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : lead >> 5 == 6 ? 2 : lead >> 4 == 14 ? 3 : lead >> 3 == 30 ? 4 : 0;
    if (length == 0 || at + length > text.size()) return {1, 1, false};
    std::uint32_t point = length == 1 ? lead : lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[at + i]);
        if (next >> 6 != 2) return {1, 1, false};
        point = point << 6 | (next & 0x3fU);
    }
    const bool wide = (point >= 0x1100 && point <= 0x115f) || (point >= 0x2e80 && point <= 0xa4cf) ||
                      (point >= 0xac00 && point <= 0xd7a3) || (point >= 0xf900 && point <= 0xfaff) ||
                      (point >= 0xfe30 && point <= 0xfe6f) || (point >= 0xff00 && point <= 0xff60) || point >= 0x1f300;
    return {length, wide ? std::size_t{2} : std::size_t{1}, true};
}

// Cuts to `columns` with an ellipsis; invalid UTF-8 becomes question marks.
std::string printable(std::string_view text, std::size_t columns) {
    const bool cut = text_columns(text) > columns;
    std::string made;
    std::size_t used = 0;
    for (std::size_t at = 0; at < text.size();) {
        const PlotGlyph glyph = glyph_at(text, at);
        if (cut && used + glyph.columns > columns - 1) return made + "…";
        const auto first = static_cast<unsigned char>(text[at]);
        if (!glyph.valid) made += '?';
        else if (first < 0x20 || first == 0x7f) made += ' ';
        else if (first == '`') made += '\'';
        else made += text.substr(at, glyph.bytes);
        used += glyph.columns;
        at += glyph.bytes;
    }
    return made;
}

// In double quotes gnuplot knows the backslash and the backquote; printable() left none of the latter.
std::string in_quotes(std::string_view text, bool is_format) {
    std::string made = "\"";
    for (const char letter : text) {
        if (letter == '\\' || letter == '"') made += '\\';
        if (letter == '%' && is_format) made += '%';
        made += letter;
    }
    return made + "\"";
}

Error missing_gnuplot() {
    return make_error(Code::kUnavailable,
                      "cannot draw plots: 'gnuplot' is not installed; install the package gnuplot-nox (and "
                      "fonts-wqy-microhei for Chinese names)");
}

std::string first_line(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n^");
    if (begin == std::string_view::npos) return "no error message";
    return std::string(text.substr(begin, text.find('\n', begin) - begin));
}

}  // namespace

std::size_t text_columns(std::string_view text) {
    std::size_t columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const PlotGlyph glyph = glyph_at(text, at);
        columns += glyph.columns;
        at += glyph.bytes;
    }
    return columns;
}

std::string text_literal(std::string_view text, std::size_t columns) {
    return in_quotes(printable(text, columns), false);
}

std::string tic_literal(std::string_view text, std::size_t columns) {
    return in_quotes(printable(text, columns), true);
}

std::string datablock(std::string_view name, std::span<const double> x, std::span<const double> y) {
    std::string block = fmt::format("${} << EOD\n", name);
    for (std::size_t i = 0; i < x.size() && i < y.size(); ++i) {
        block += std::isfinite(x[i]) && std::isfinite(y[i]) ? fmt::format("{:.9g} {:.9g}\n", x[i], y[i]) : "\n";
    }
    return block + "EOD\n";
}

std::string script_head(FigureSize size, int font_size) {
    return fmt::format(
        "set terminal pngcairo noenhanced size {},{} background '#ffffff' font 'WenQuanYi Micro Hei,{}'\n"
        "set encoding utf8\n"
        "set border 3 linecolor '#9a9a9a' linewidth 1\n"
        "set tics nomirror scale 0.5 textcolor '#444444'\n"
        "set grid linetype 1 linecolor '#e8e8e8' linewidth 1\n"
        "set key noenhanced samplen 1.6 spacing 1.15 textcolor '#333333'\n",
        size.width, size.height, font_size);
}

Status draw(const std::filesystem::path& png, const std::string& script) {
    if (find_program("gnuplot").empty()) return missing_gnuplot();
    Command command;
    command.words = {"gnuplot", "-d"};
    command.environment = {{"LC_ALL", "C.UTF-8"}, {"GNUTERM", "pngcairo"}};
    command.input = script;
    command.timeout_seconds = kTimeout;
    GOETIA_ASSIGN(const ProcessResult finished, run_process(command));
    const auto error = [&](std::string_view why) { return failed("cannot draw '{}': gnuplot {}", png.native(), why); };
    if (finished.timed_out) return error(fmt::format("took more than {} s and was stopped", kTimeout));
    if (finished.exit_code != 0)
        return error(fmt::format("ended with code {}: {}", finished.exit_code, first_line(finished.errors)));
    if (!finished.output.starts_with(kPngStart))
        return error(fmt::format("drew nothing: {}", first_line(finished.errors)));
    return write_file_atomic(png, finished.output);
}

}  // namespace goetia
