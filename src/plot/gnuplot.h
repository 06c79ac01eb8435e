// Runs gnuplot as a child process: the script goes to its standard input, the PNG comes from its standard output, so
// that scripts contain no file names. Data are passed as datablocks, texts only through text_literal() and
// tic_literal().
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

// A gnuplot string literal of exactly this text: nothing in it acts as a command, a format or markup. Control
// characters become spaces, backquotes (which gnuplot passes to a shell) become apostrophes; cut to `columns`.
std::string text_literal(std::string_view text, std::size_t columns = 60);

// The same for tic labels, where gnuplot would read '%' as a number format.
std::string tic_literal(std::string_view text, std::size_t columns = 24);

// The width of a text; Chinese characters and the like take two columns.
std::size_t text_columns(std::string_view text);

// "$name << EOD ... EOD": one line per pair; values that are not finite leave a gap.
std::string datablock(std::string_view name, std::span<const double> x, std::span<const double> y);

struct FigureSize {
    int width = 900;
    int height = 600;
};

// The start of every script: terminal, font, thin grey axes, a light grid.
std::string script_head(FigureSize size, int font_size = 10);

// Runs `script` and writes its output to `png` atomically.
Status draw(const std::filesystem::path& png, const std::string& script);

}  // namespace goetia
