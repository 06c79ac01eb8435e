// Names that come from the other side and become parts of paths or keys. Nothing else of what is received may.
#pragma once

#include <string_view>

namespace goetia {

// "journal/attempt_1.journal", "logs/train.log": at most four parts of letters, digits, '.', '_' and '-', none of which
// begins with a '.'; at most 200 characters. Such a path stays below the folder that it is joined to.
bool is_stream_name(std::string_view name);

// 64 lower-case hexadecimal digits.
bool is_sha256(std::string_view text);
bool is_hexadecimal(std::string_view text);  // of any length

// An identifier of a task, experiment or node: letters, digits, '.', '_' and '-', not beginning with '.' or '-'; 1 to
// 128.
bool is_identifier(std::string_view text);

// Valid UTF-8 without control characters (line breaks and tabs are allowed): fit to be shown.
bool is_plain_text(std::string_view text);

}  // namespace goetia
