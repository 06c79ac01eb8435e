// to_yaml(): block style for structure, flow style for short lists of plain values.
#include "base/json_text.h"
#include "config/config.h"
#include "config/scalars.h"

namespace goetia {
namespace {

constexpr std::size_t kFlowWidth = 88;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

bool needs_escapes(std::string_view text) {
    for (const char c : text) {
        if (is_control(c)) return true;
    }
    // C1 controls, line separators and the byte order mark must be escaped in YAML.
    return text.find("\xC2\x85") != std::string_view::npos || text.find("\xE2\x80\xA8") != std::string_view::npos ||
           text.find("\xE2\x80\xA9") != std::string_view::npos || text.find("\xEF\xBB\xBF") != std::string_view::npos;
}

std::string double_quoted(std::string_view text) {
    std::string quoted = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const std::string_view rest = text.substr(i);
        if (c == '"' || c == '\\') quoted += std::string("\\") + c;
        else if (c == '\n') quoted += "\\n";
        else if (c == '\t') quoted += "\\t";
        else if (c == '\r') quoted += "\\r";
        else if (is_control(c)) quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else if (rest.starts_with("\xC2\x85")) quoted += "\\N", i += 1;
        else if (rest.starts_with("\xE2\x80\xA8")) quoted += "\\L", i += 2;
        else if (rest.starts_with("\xE2\x80\xA9")) quoted += "\\P", i += 2;
        else if (rest.starts_with("\xEF\xBB\xBF")) quoted += "\\ufeff", i += 2;
        else quoted += c;
    }
    return quoted + "\"";
}

bool plain_is_safe(std::string_view text, bool in_flow) {
    if (text.empty() || config::looks_like_another_type(text)) return false;
    const char first = text.front();
    const bool word = std::isalnum(static_cast<unsigned char>(first)) != 0 || first == '_' || first == '/' ||
                      first == '.' || first == '$' || static_cast<unsigned char>(first) >= 0x80;
    if (!word || text.back() == ' ' || text.back() == ':') return false;
    if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) return false;
    return !in_flow || text.find_first_of(",[]{}:\"'#") == std::string_view::npos;
}

std::string string_text(const std::string& text, bool in_flow) {
    if (needs_escapes(text)) return double_quoted(text);
    if (plain_is_safe(text, in_flow)) return text;
    std::string quoted = "'";
    for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
    return quoted + "'";
}

// Whole-number keys are not quoted: authors of YAML mean the number.
std::string key_text(const std::string& key) {
    const auto number = config::plain_integer(key);
    return number && number->dump() == key ? key : string_text(key, true);
}

std::string yaml_text_of(const Json& value, bool in_flow) {
    if (value.is_null()) return "null";
    if (value.is_string()) return string_text(value.get_ref<const std::string&>(), in_flow);
    if (value.is_number_float()) return config::yaml_float(value.get<double>());
    return json_text(value);
}

// "[0.485, 0.456, 0.406]", or empty when the list is too long or contains more than plain values.
std::string flow_list(const Json& list) {
    std::string text;
    for (const Json& item : list) {
        if (item.is_structured()) return {};
        text += (text.empty() ? "" : ", ") + yaml_text_of(item, true);
        if (text.size() > kFlowWidth) return {};
    }
    return "[" + text + "]";
}

void write(const Json& value, int indent, std::string& out);

// Writes what follows "key:" or "-": on the same line when it is short, else below.
void write_after(const Json& value, int indent, bool after_dash, std::string& out) {
    if (value.is_object() && !value.empty()) {
        if (!after_dash) out += '\n';
        std::string inner;
        write(value, indent + 2, inner);
        out += after_dash ? " " + inner.substr(static_cast<std::size_t>(indent) + 2) : inner;
    } else if (value.is_array() && !value.empty()) {
        if (const std::string flow = flow_list(value); !flow.empty()) {
            out += " " + flow + "\n";
            return;
        }
        if (!after_dash) out += '\n';
        std::string inner;
        write(value, after_dash ? indent + 2 : indent, inner);
        out += after_dash ? " " + inner.substr(static_cast<std::size_t>(indent) + 2) : inner;
    } else {
        out += " " + (value.is_object() ? "{}" : value.is_array() ? "[]" : yaml_text_of(value, false)) + "\n";
    }
}

void write(const Json& value, int indent, std::string& out) {
    const std::string space(static_cast<std::size_t>(indent), ' ');
    if (value.is_object() && !value.empty()) {
        for (const auto& [key, item] : value.items()) {
            out += space + key_text(key) + ":";
            write_after(item, indent, false, out);
        }
    } else if (value.is_array() && !value.empty()) {
        for (const Json& item : value) {
            out += space + "-";
            write_after(item, indent, true, out);
        }
    } else {
        out += space + (value.is_object() ? "{}" : value.is_array() ? "[]" : yaml_text_of(value, false)) + "\n";
    }
}

}  // namespace

std::string to_yaml(const Json& document) {
    std::string text;
    write(document, 0, text);
    return text;
}

}  // namespace goetia
