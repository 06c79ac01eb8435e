// Flat fields as text, one a line: the name, a tab, and a JSON scalar. It is how the store keeps an experiment's config
// and metrics: readable in the database, and read ten times faster than a JSON document.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "base/json_fwd.h"
#include "master/store/list_query.h"

namespace goetia {

// Appends a line. Control bytes in a name become spaces. Nothing is written for monostate.
void put_field(std::string& lines, std::string_view name, const ListValue& value);

// Splits the text; lines without a tab are skipped. The value's text is for field_value().
void each_field_line(std::string_view lines, auto&& on_line) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (const std::size_t tab = line.find('\t'); tab != std::string_view::npos)
            on_line(line.substr(0, tab), line.substr(tab + 1));
    }
}

// monostate for a text that is not a JSON scalar.
ListValue field_value(std::string_view text);

// Lines that are not of this form are skipped.
void each_field(std::string_view lines, const std::function<void(std::string_view name, ListValue value)>& on_field);

// The leaves of a document by dotted path: "optimizer.lr". Booleans are the texts "true" and "false", lists of scalars
// one text ("[1, 2]"), nulls are left out. At most `most` fields.
std::string flattened(const Json& document, std::size_t most = 4000);

}  // namespace goetia
