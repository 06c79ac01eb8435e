#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "plot/gnuplot.h"
#include "plot/plot.h"

namespace goetia {
namespace {

using Matrix = std::vector<std::vector<double>>;

constexpr std::size_t kMaxNumbers = 50, kMaxNames = 100, kNameColumns = 20;
constexpr double kDark = 0.55;  // cells from here on carry white numbers

struct Layout {
    int cell = 0, font = 0, left = 0, bottom = 0, side = 0;
    bool numbers = false, names = false;
    [[nodiscard]] FigureSize size() const { return {left + side + 110, bottom + side + 60}; }
};

Layout layout_of(const std::vector<std::string>& names) {
    const std::size_t n = names.size();
    Layout layout;
    layout.numbers = n <= kMaxNumbers, layout.names = n <= kMaxNames;
    layout.cell = n <= 4 ? 90 : n <= 10 ? 60 : n <= 20 ? 42 : n <= kMaxNumbers ? 30 : n <= kMaxNames ? 13 : 1;
    layout.font = n <= 10 ? 10 : n <= 20 ? 9 : n <= kMaxNumbers ? 8 : 7;
    layout.side = layout.names ? layout.cell * static_cast<int>(n) : 900;
    std::size_t columns = 4;
    for (const std::string& name : names) columns = std::max(columns, std::min(text_columns(name), kNameColumns));
    const int names_width = static_cast<int>(static_cast<double>(columns) * layout.font * 0.68) + 10;
    layout.left = (layout.names ? names_width : 40) + 45, layout.bottom = (layout.names ? names_width : 25) + 40;
    return layout;
}

Matrix by_row(const Matrix& counts) {
    Matrix shares = counts;
    for (auto& row : shares) {
        const double sum = std::accumulate(row.begin(), row.end(), 0.0);
        for (double& cell : row) cell = sum > 0 ? cell / sum : 0;
    }
    return shares;
}

std::string number_text(double value, bool is_share, std::size_t classes) {
    if (value == 0) return "";
    if (is_share) return classes > 20 ? fmt::format("{:.0f}", value * 100) : fmt::format("{:.2f}", value);
    if (value >= 1e6) return fmt::format("{:.1f}M", value / 1e6);
    return value >= 1e4 ? fmt::format("{:.0f}k", value / 1e3) : fmt::format("{:.0f}", value);
}

std::string tics(const std::vector<std::string>& names, std::string_view axis, std::string_view how) {
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i)
        list += fmt::format("{}{} {}", i == 0 ? "" : ", ", tic_literal(names[i], kNameColumns), i);
    return fmt::format("set {}tics {} ({})\n", axis, how, list);
}

// One block of x, y and the text of a cell, for the light cells or for the dark ones.
std::string numbers_block(std::string_view name, const Matrix& cells, double highest, bool is_share, bool dark) {
    std::string block = fmt::format("${} << EOD\n", name);
    for (std::size_t row = 0; row < cells.size(); ++row) {
        for (std::size_t column = 0; column < cells.size(); ++column) {
            const std::string text = number_text(cells[row][column], is_share, cells.size());
            if (!text.empty() && (cells[row][column] >= kDark * highest) == dark)
                block += fmt::format("{} {} {}\n", column, row, text);
        }
    }
    return block + "EOD\n";
}

std::string cells_block(const Matrix& cells) {
    std::string block = "$cells << EOD\n";
    for (const auto& row : cells) {
        for (const double cell : row) block += fmt::format("{:.6g} ", cell);
        block += '\n';
    }
    return block + "EOD\n";
}

std::string matrix_script(const Matrix& cells, const std::vector<std::string>& names, bool is_share,
                          const std::string& title) {
    const Layout layout = layout_of(names);
    const FigureSize size = layout.size();
    const std::size_t n = names.size();
    double highest = is_share ? 1 : 0;
    for (const auto& row : cells) highest = std::max(highest, *std::max_element(row.begin(), row.end()));
    if (highest == 0) highest = 1;
    const auto across = [&](int px) { return static_cast<double>(px) / size.width; };
    const auto up = [&](int px) { return static_cast<double>(px) / size.height; };
    std::string script = script_head(size, layout.font);
    script += "unset grid\nunset key\nset border 15 linecolor '#bbbbbb'\n";
    script += fmt::format(
        "set lmargin at screen {}\nset rmargin at screen {}\nset bmargin at screen {}\nset tmargin at screen {}\n",
        across(layout.left), across(layout.left + layout.side), up(layout.bottom), up(layout.bottom + layout.side));
    script += fmt::format("set xrange [-0.5:{0}]\nset yrange [{0}:-0.5]\nset cbrange [0:{1:.9g}]\n",
                          static_cast<double>(n) - 0.5, highest);
    script +=
        "set palette defined (0 '#ffffff', 0.05 '#e8f1fa', 0.3 '#9ecae1', 0.6 '#4292c6', 0.8 '#2171b5', 1 '#08306b')\n";
    script += fmt::format("set colorbox user origin screen {},{} size screen {},{}\nset cbtics scale 0.3\n",
                          across(layout.left + layout.side + 18), up(layout.bottom), across(14), up(layout.side));
    script += fmt::format("set title {} font ',{}' textcolor '#111111'\n", text_literal(title, 90), layout.font + 4);
    script += fmt::format("set label 1 'predicted' at screen {},{} center textcolor '#444444' font ',{}'\n",
                          across(layout.left + layout.side / 2), up(16), layout.font + 1);
    script += fmt::format("set label 2 'true' at screen {},{} center rotate by 90 textcolor '#444444' font ',{}'\n",
                          across(16), up(layout.bottom + layout.side / 2), layout.font + 1);
    if (layout.names) script += tics(names, "x", "rotate by 90 right scale 0") + tics(names, "y", "scale 0");
    script += cells_block(cells);
    std::string plot = "plot $cells matrix with image pixels";
    for (const bool dark : {false, true}) {
        const std::string block = numbers_block(dark ? "dark" : "light", cells, highest, is_share, dark);
        if (!layout.numbers || block.find('\n') + 1 == block.rfind("EOD")) continue;
        script += block;
        plot += fmt::format(", ${} using 1:2:3 with labels textcolor '{}' font ',{}'", dark ? "dark" : "light",
                            dark ? "#ffffff" : "#333333", layout.font);
    }
    return script + plot + "\n";
}

}  // namespace

Status plot_confusion_matrix(const std::filesystem::path& png, const Matrix& counts,
                             const std::vector<std::string>& classes, bool normalize, const std::string& title) {
    const std::size_t n = counts.size();
    const bool square = std::all_of(counts.begin(), counts.end(), [&](const auto& row) { return row.size() == n; });
    if (n == 0 || !square || classes.size() != n) {
        return invalid(
            "cannot draw '{}': a confusion matrix needs as many rows, columns and names; found {} rows and {} names",
            png.native(), n, classes.size());
    }
    std::vector<std::string> names = classes;
    for (std::size_t i = 0; i < n; ++i) {
        if (names[i].empty()) names[i] = std::to_string(i);
    }
    return draw(png, matrix_script(normalize ? by_row(counts) : counts, names, normalize,
                                   normalize ? title + " (share of the true class)" : title));
}

}  // namespace goetia
