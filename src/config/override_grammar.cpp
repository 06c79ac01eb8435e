#include "config/override_grammar.h"

#include <algorithm>

#include "config/scalars.h"
#include "config/value_lexer.h"

namespace goetia::config {
namespace {

constexpr int kMaxValueDepth = 64;

// Removes the quotes and the backslashes that escaped quotes or the end.
std::string unquote(std::string_view quoted) {
    const char quote = quoted.front();
    const std::string_view body = quoted.substr(1);  // keeps the closing quote
    std::string text;
    for (std::size_t i = 0; i < body.size();) {
        std::size_t slashes = 0;
        while (i + slashes < body.size() && body[i + slashes] == '\\') ++slashes;
        if (slashes > 0 && i + slashes < body.size() && body[i + slashes] == quote) {
            // Half of the backslashes stay; an odd one makes the quote a letter.
            text += std::string(slashes / 2, '\\');
            if (slashes % 2 == 1) text += quote;
            i += slashes + 1;
        } else if (slashes > 0) {
            text += std::string(slashes, '\\');
            i += slashes;
        } else {
            if (i + 1 < body.size()) text += body[i];
            ++i;
        }
    }
    return text;
}

// Recursive descent over the value part. Every function leaves the lexer behind what it read.
class ValueParser {
  public:
    explicit ValueParser(std::string_view text) : lexer_(text, ValueLexer::Dialect::kOverride) {}

    Result<Value> whole() {
        GOETIA_ASSIGN(Value first, element());
        if (lexer_.peek().kind == TokenKind::kEnd) return first;
        Sweep sweep{.simple = true};
        sweep.choices.push_back(std::move(first));
        while (lexer_.peek().kind == TokenKind::kComma) {
            lexer_.next();
            if (lexer_.peek().kind == TokenKind::kEnd)
                return invalid(
                    "ends with a comma; write lists without spaces after commas (a=1,2), or quote the whole override");
            GOETIA_ASSIGN(Value more, element());
            sweep.choices.push_back(std::move(more));
        }
        if (lexer_.peek().kind != TokenKind::kEnd) return unexpected();
        for (const Value& choice : sweep.choices) {
            if (choice.kind == Value::Kind::kSweep) return invalid("a sweep may not stand inside a comma list");
        }
        return Value::of(std::move(sweep));
    }

  private:
    Error unexpected() {
        const Token token = lexer_.peek();
        if (token.kind == TokenKind::kEnd) return invalid("ends too early");
        if (token.kind == TokenKind::kBad && (token.text[0] == '"' || token.text[0] == '\''))
            return invalid("the quote {} is not closed", token.text.substr(0, 1));
        return invalid("'{}' is not expected at column {} of the value; quote it or escape it with '\\'", token.text,
                       lexer_.position() + 1);
    }

    Result<Value> element() {
        if (++depth_ > kMaxValueDepth) return invalid("is nested more than {} levels deep", kMaxValueDepth);
        auto value = element_inside();
        --depth_;
        return value;
    }

    Result<Value> element_inside() {
        switch (const Token token = lexer_.peek(); token.kind) {
            case TokenKind::kOpenBracket: return list();
            case TokenKind::kOpenBrace: return map();
            case TokenKind::kQuoted: lexer_.next(); return Value::of(unquote(token.text), token.text[0]);
            case TokenKind::kId: {
                const std::size_t start = lexer_.position();
                lexer_.next();
                const bool is_call = lexer_.peek().kind == TokenKind::kOpenParen;
                lexer_.seek(start);
                return is_call ? call() : word(true);
            }
            default: return word(true);
        }
    }

    // Words joined as they stand; one word alone has its type.
    Result<Value> word(bool colon_allowed) {
        std::vector<Token> tokens;
        while (is_word_part(lexer_.peek().kind)) {
            const TokenKind kind = lexer_.peek().kind;
            if (!colon_allowed && (kind == TokenKind::kColon || kind == TokenKind::kReference)) break;
            tokens.push_back(lexer_.next());
        }
        if (tokens.empty()) return unexpected();
        if (lexer_.peek().kind == TokenKind::kQuoted && !tokens.empty())
            return invalid("quotes may not follow unquoted text; quote the whole value");
        if (tokens.front().kind == TokenKind::kSpace) tokens.erase(tokens.begin());
        if (!tokens.empty() && tokens.back().kind == TokenKind::kSpace) tokens.pop_back();
        if (tokens.empty()) return invalid("holds a value of spaces only; quote it");
        if (tokens.size() == 1) {
            if (tokens[0].kind == TokenKind::kInt && !plain_integer(tokens[0].text))
                return invalid("the number '{}' does not fit 64 bits", tokens[0].text);
            return Value::of(word_value(tokens[0]));
        }
        std::string text;
        for (const Token& token : tokens)
            text += token.kind == TokenKind::kEscape ? unescape(token.text) : std::string(token.text);
        return Value::of(std::move(text));
    }

    Result<Value> list() {
        lexer_.next();
        Value value;
        value.kind = Value::Kind::kList;
        if (lexer_.peek().kind == TokenKind::kCloseBracket) return lexer_.next(), value;
        while (true) {
            GOETIA_ASSIGN(Value item, element());
            value.items.push_back(std::move(item));
            const Token token = lexer_.peek();
            if (token.kind != TokenKind::kComma && token.kind != TokenKind::kCloseBracket) return unexpected();
            lexer_.next();
            if (token.kind == TokenKind::kCloseBracket) return value;
        }
    }

    Result<Value> map() {
        lexer_.next();
        Value value;
        value.kind = Value::Kind::kMap;
        if (lexer_.peek().kind == TokenKind::kCloseBrace) return lexer_.next(), value;
        while (true) {
            GOETIA_ASSIGN(Value key, word(false));
            if (lexer_.peek().kind != TokenKind::kColon) return unexpected();
            lexer_.next();
            GOETIA_ASSIGN(Value item, element());
            const auto same = std::find_if(value.entries.begin(), value.entries.end(),
                                           [&](const auto& e) { return e.key == key.scalar; });
            if (same != value.entries.end()) same->value = std::move(item);
            else value.entries.emplace_back(std::move(key.scalar), std::move(item));
            const Token token = lexer_.peek();
            if (token.kind != TokenKind::kComma && token.kind != TokenKind::kCloseBrace) return unexpected();
            lexer_.next();
            if (token.kind == TokenKind::kCloseBrace) return value;
        }
    }

    Result<Value> call() {
        Call call{.name = std::string(lexer_.next().text)};
        lexer_.next();
        if (lexer_.peek().kind == TokenKind::kCloseParen) return lexer_.next(), evaluate(std::move(call));
        while (true) {
            const std::string name = argument_name();
            if (name.empty() && !call.named.empty())
                return invalid("in '{}()' a plain argument follows a named one", call.name);
            GOETIA_ASSIGN(Value argument, element());
            if (name.empty()) call.positional.push_back(std::move(argument));
            else call.named.emplace_back(name, std::move(argument));
            const Token token = lexer_.peek();
            if (token.kind != TokenKind::kComma && token.kind != TokenKind::kCloseParen) return unexpected();
            lexer_.next();
            if (token.kind == TokenKind::kCloseParen) return evaluate(std::move(call));
        }
    }

    // "name=" in front of an argument, or nothing.
    std::string argument_name() {
        const std::size_t start = lexer_.position();
        const Token id = lexer_.peek();
        if (id.kind == TokenKind::kId) {
            lexer_.next();
            if (lexer_.peek().kind == TokenKind::kEqual) return lexer_.next(), std::string(id.text);
        }
        lexer_.seek(start);
        return {};
    }

    ValueLexer lexer_;
    int depth_ = 0;
};

bool is_key_letter(char c, bool first) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
    return letter || (!first && ((c >= '0' && c <= '9') || c == '-'));
}

bool is_key_step(std::string_view step, bool number_allowed) {
    if (step.empty()) return false;
    if (number_allowed && step.find_first_not_of("0123456789_") == std::string_view::npos && step[0] != '_')
        return step == "0" || step[0] != '0';
    if (!is_key_letter(step[0], true)) return false;
    return std::all_of(step.begin() + 1, step.end(), [](char c) { return is_key_letter(c, false); });
}

// "a.b", "$x", "" (the whole document).
bool is_package(std::string_view text) {
    if (text.empty()) return true;
    const bool dotted = text.find('.') != std::string_view::npos;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find('.', start), text.size());
        if (!is_key_step(text.substr(start, end - start), dotted)) return false;
        start = end + 1;
    }
    return true;
}

bool is_group(std::string_view text) {
    if (text.find('/') == std::string_view::npos || text.find('$') != std::string_view::npos) return false;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t end = std::min(text.find('/', start), text.size());
        if (!is_key_step(text.substr(start, end - start), false)) return false;
        start = end + 1;
    }
    return true;
}

Result<Override> parse_line(const std::string& line) {
    Override parsed{.line = line};
    std::string_view rest = line;
    if (rest.starts_with("++")) parsed.type = Override::Type::kForceAdd, rest.remove_prefix(2);
    else if (rest.starts_with("+")) parsed.type = Override::Type::kAdd, rest.remove_prefix(1);
    else if (rest.starts_with("~")) parsed.type = Override::Type::kDelete, rest.remove_prefix(1);

    const std::size_t equal = rest.find('=');
    std::string_view key = rest.substr(0, equal);
    if (equal == std::string_view::npos && parsed.type != Override::Type::kDelete) {
        return invalid(
            "has no '='; write KEY=VALUE. A list such as a=1,2 takes no spaces after its commas, unless the whole "
            "override is quoted");
    }
    if (const std::size_t at = key.find('@'); at != std::string_view::npos) {
        parsed.package = std::string(key.substr(at + 1));
        key = key.substr(0, at);
        if (!is_package(*parsed.package))
            return invalid("'{}' is not a package; write words joined by dots", *parsed.package);
    }
    if (!is_package(key) && !is_group(key))
        return invalid("'{}' is not a key; write words joined by dots (a.b), or a group with slashes (db/engine)", key);
    parsed.key = std::string(key);
    if (equal == std::string_view::npos) return parsed;

    parsed.has_value = true;
    std::string_view value = rest.substr(equal + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (value.empty()) {
        parsed.value = Value::of("");
        return parsed;
    }
    GOETIA_ASSIGN(parsed.value, ValueParser(value).whole());
    return parsed;
}

std::string escaped_text(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (std::string_view("\\()[]{}:=, \t").find(c) != std::string_view::npos) escaped += '\\';
        escaped += c;
    }
    return escaped;
}

std::string quoted_text(const std::string& text, char quote) {
    std::string quoted(1, quote);
    std::size_t slashes = 0;
    for (const char c : text) {
        if (c == quote) quoted += std::string(slashes + 1, '\\');  // doubles those before, escapes this one
        slashes = c == '\\' ? slashes + 1 : 0;
        quoted += c;
    }
    return quoted + std::string(slashes, '\\') + quote;
}

std::string scalar_text(const Json& scalar, char quote) {
    if (scalar.is_null()) return "null";
    if (scalar.is_boolean()) return scalar.get<bool>() ? "True" : "False";
    if (!scalar.is_string()) return python_text(scalar);
    const auto& text = scalar.get_ref<const std::string&>();
    return quote != 0 ? quoted_text(text, quote) : escaped_text(text);
}

}  // namespace

Value Value::of(Json scalar, char quote) {
    Value value;
    value.scalar = std::move(scalar);
    value.quote = quote;
    return value;
}

Value Value::of(Sweep sweep) {
    Value value;
    value.kind = Kind::kSweep;
    value.sweep = std::make_shared<Sweep>(std::move(sweep));
    return value;
}

Json Value::to_json() const {
    if (kind == Kind::kScalar) return scalar;
    if (kind == Kind::kList) {
        Json list = Json::array();
        for (const Value& item : items) list.push_back(item.to_json());
        return list;
    }
    Json map = Json::object();
    for (const auto& [key, value] : entries)
        map[key.is_string()         ? key.get<std::string>()
            : key.is_number_float() ? python_float(key.get<double>())
                                    : key.dump()] = value.to_json();
    return map;
}

std::string Override::key_element() const {
    static constexpr std::string_view kPrefixes[] = {"", "+", "++", "~"};
    return fmt::format("{}{}{}", kPrefixes[static_cast<int>(type)], key, package ? "@" + *package : "");
}

std::string value_text(const Value& value) {
    std::string text;
    switch (value.kind) {
        case Value::Kind::kScalar: return scalar_text(value.scalar, value.quote);
        case Value::Kind::kList:
            for (const Value& item : value.items) text += (text.empty() ? "" : ",") + value_text(item);
            return "[" + text + "]";
        case Value::Kind::kMap:
            for (const auto& [key, item] : value.entries)
                text += (text.empty() ? "" : ",") + scalar_text(key, 0) + ":" + value_text(item);
            return "{" + text + "}";
        case Value::Kind::kSweep: break;
    }
    return text;
}

Result<Override> parse_override(const std::string& line) {
    auto parsed = parse_line(line);
    if (!parsed) return std::move(parsed).error().within(fmt::format("override '{}'", line));
    return parsed;
}

Result<std::vector<Override>> parse_overrides(const std::vector<std::string>& lines) {
    std::vector<Override> parsed;
    std::vector<Error> errors;
    for (const std::string& line : lines) {
        auto one = parse_override(line);
        if (one) parsed.push_back(*std::move(one));
        else errors.push_back(std::move(one).error());
    }
    if (errors.empty()) return parsed;
    if (errors.size() == 1) return std::move(errors[0]);
    Error all = invalid("{} overrides cannot be read", errors.size());
    for (Error& error : errors) all.faults.push_back({.message = std::move(error.message)});
    return all;
}

}  // namespace goetia::config
