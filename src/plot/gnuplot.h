// Gnuplot as a child process: the script goes in on standard input, the PNG comes back on standard output, so that no
// file name and no file of the user's is part of a script. Data go in as datablocks, texts only through
// text_literal() and tic_literal().
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace goetia {

// A gnuplot string that shows exactly this text: nothing in it is a command, a format or a mark-up. Control characters
// become spaces, a backquote (which gnuplot gives to a shell) becomes an apostrophe, more than `columns` is cut.
std::string text_literal(std::string_view text, std::size_t columns = 60);

// The same where gnuplot would read a '%' as a number's format: tic labels.
std::string tic_literal(std::string_view text, std::size_t columns = 24);

// How wide a text is: Chinese and the like are two columns.
std::size_t text_columns(std::string_view text);

// "$name << EOD ... EOD": one line per pair; what is no finite number leaves a gap.
std::string datablock(std::string_view name, std::span<const double> x, std::span<const double> y);

struct PictureSize {
    int width = 900;
    int height = 600;
};

// What every script starts with: terminal, font, thin grey axes, a light grid.
std::string script_head(PictureSize size, int font_size = 10);

// Draws `script` into `png`, whole or not at all.
Status draw(const std::filesystem::path& png, const std::string& script);

}  // namespace goetia
