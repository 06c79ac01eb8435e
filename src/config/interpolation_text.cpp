// The grammar of references: text with `${...}` in it, keys, resolver calls and their arguments.
#include "base/json_text.h"
#include "config/interpolation_walk.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

constexpr std::size_t kMaxText = 1U << 20U;
constexpr std::size_t kMaxTextBytes = 1U << 26U;  // of all texts together
constexpr int kMaxInterpolationNesting = 64;

std::size_t run_of(std::string_view text, std::size_t at, std::string_view set) {
    const std::size_t end = text.find_first_not_of(set, at);
    return (end == std::string_view::npos ? text.size() : end) - at;
}

bool is_open(std::string_view text, std::size_t at) { return text.substr(at, 2) == "${"; }

}  // namespace

Result<std::string> Evaluator::text_of(const Target& target) const { return python_text(target.node->to_json()); }

// Parses a whole text: a single reference keeps its type, anything else is joined as text.
Result<Target> Evaluator::text(std::string_view text, const Path& path) {
    std::string joined;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t slashes = run_of(text, at, "\\");
        if (slashes > 0) {
            const bool before_reference = is_open(text, at + slashes);
            // An odd number of backslashes escapes the reference; half of the others remain.
            joined += std::string(before_reference ? slashes / 2 : slashes, '\\');
            at += slashes;
            if (before_reference && slashes % 2 == 1) joined += "${", at += 2;
        } else if (is_open(text, at)) {
            const std::size_t start = at;
            GOETIA_ASSIGN(Target target, reference(text, at, path));
            if (start == 0 && at == text.size()) return target;
            GOETIA_ASSIGN(const std::string part, text_of(target));
            joined += part;
        } else {
            joined += text[at++];
        }
        if (joined.size() > kMaxText) return invalid("the text grows beyond {} bytes", kMaxText);
    }
    if ((bytes_ += joined.size()) > kMaxTextBytes)
        return invalid("references expand text beyond {} bytes", kMaxTextBytes);
    return made(Json(std::move(joined)));
}

// Parses from "${" to its "}".
Result<Target> Evaluator::reference(std::string_view text, std::size_t& at, const Path& path) {
    GOETIA_TRY(count_reference());
    if (++depth_ > kMaxInterpolationNesting)
        return invalid("references are nested more than {} deep", kMaxInterpolationNesting);
    const std::size_t start = at;
    at += 2;
    at += run_of(text, at, " \t");
    std::string key;
    while (at < text.size() && text[at] == '.') key += text[at++];
    while (at < text.size()) {
        if (text[at] == '[') {
            ++at;
            GOETIA_ASSIGN(const std::string step, key_step(text, at, path));
            if (at >= text.size() || text[at] != ']') return invalid("'{}' has no closing ']'", text.substr(start));
            ++at;
            key += "[" + step + "]";
        } else {
            GOETIA_ASSIGN(const std::string step, key_step(text, at, path));
            key += step;
        }
        if (at < text.size() && text[at] == '.') {
            key += text[at++];
            continue;
        }
        if (at < text.size() && text[at] == '[') continue;
        break;
    }
    at += run_of(text, at, " \t");
    if (at >= text.size()) return invalid("'{}' has no closing '}}'", text.substr(start));
    Result<Target> target = invalid(
        "'{}' is not a reference; write ${{a.b}}, ${{.sibling}} or ${{oc.env:NAME,default}}", text.substr(start));
    if (text[at] == '}') {
        ++at;
        target = look_up(key, path);
    } else if (text[at] == ':' && !key.starts_with('.')) {
        ++at;
        target = call(key, text, at, path);
    }
    --depth_;
    return target;
}

// One step of a key: a word or a nested reference that resolves to text.
Result<std::string> Evaluator::key_step(std::string_view text, std::size_t& at, const Path& path) {
    if (is_open(text, at)) {
        GOETIA_ASSIGN(const Target target, reference(text, at, path));
        if (!target.node->is_text())
            return invalid("a key in a reference must be text, found {}", python_text(target.node->to_json()));
        return target.node->text();
    }
    const std::size_t end = std::min(text.find_first_of("\\{}()[]:. \t'\"", at), text.size());
    if (end == at) return invalid("'{}' has no key", text);
    const std::string step(text.substr(at, end - at));
    at = end;
    return step;
}

Result<Target> Evaluator::call(const std::string& name, std::string_view text, std::size_t& at, const Path& path) {
    at += run_of(text, at, " \t");
    ValueLexer lexer(text, ValueLexer::Dialect::kInterpolation, at);
    GOETIA_ASSIGN(const std::vector<Json> values, arguments(lexer, path));
    if (lexer.next().kind != TokenKind::kCloseBrace) return invalid("'${{{}:' has no closing '}}'", name);
    at = lexer.position();
    return resolver(name, values, path);
}

// Parses up to the closing brace; an omitted argument between commas is an empty text.
Result<std::vector<Json>> Evaluator::arguments(ValueLexer& lexer, const Path& path) {
    std::vector<Json> values;
    if (lexer.peek().kind == TokenKind::kCloseBrace) return values;
    while (true) {
        const TokenKind kind = lexer.peek().kind;
        if (kind == TokenKind::kComma || kind == TokenKind::kCloseBrace) {
            values.emplace_back("");
        } else {
            GOETIA_ASSIGN(Json value, element(lexer, path));
            values.push_back(std::move(value));
        }
        if (lexer.peek().kind != TokenKind::kComma) return values;
        lexer.next();
    }
}

Result<Json> Evaluator::single_element(const std::string& expression, const Path& path) {
    ValueLexer lexer(expression, ValueLexer::Dialect::kInterpolation);
    GOETIA_ASSIGN(Json value, element(lexer, path));
    if (lexer.peek().kind != TokenKind::kEnd) return invalid("'{}' is not a single value", expression);
    return value;
}

Result<Json> Evaluator::element(ValueLexer& lexer, const Path& path) {
    if (++depth_ > kMaxInterpolationNesting)
        return invalid("values are nested more than {} deep", kMaxInterpolationNesting);
    auto value = element_inside(lexer, path);
    --depth_;
    return value;
}

Result<Json> Evaluator::element_inside(ValueLexer& lexer, const Path& path) {
    switch (lexer.peek().kind) {
        case TokenKind::kOpenBracket: return list(lexer, path);
        case TokenKind::kOpenBrace: return map(lexer, path);
        case TokenKind::kQuote: return quoted(lexer, path);
        default: return word(lexer, path, false);
    }
}

Result<Json> Evaluator::word(ValueLexer& lexer, const Path& path, bool is_key) {
    struct Part {
        Token token;
        Json value;  // of a nested reference
    };
    std::vector<Part> parts;
    while (is_word_part(lexer.peek().kind)) {
        const Token token = lexer.peek();
        if (is_key && (token.kind == TokenKind::kColon || token.kind == TokenKind::kReference)) break;
        if (token.kind != TokenKind::kReference) {
            parts.push_back({lexer.next(), {}});
            continue;
        }
        std::size_t at = lexer.position();
        GOETIA_ASSIGN(const Target target, reference(lexer.text(), at, path));
        GOETIA_ASSIGN(Json value, materialise(target, ""));
        lexer.seek(at);
        parts.push_back({token, std::move(value)});
    }
    if (!parts.empty() && parts.front().token.kind == TokenKind::kSpace) parts.erase(parts.begin());
    if (!parts.empty() && parts.back().token.kind == TokenKind::kSpace) parts.pop_back();
    if (parts.empty()) return invalid("unexpected '{}' in '{}'", lexer.peek().text, lexer.text());
    if (parts.size() == 1)
        return parts[0].token.kind == TokenKind::kReference ? parts[0].value : word_value(parts[0].token);
    std::string joined;
    for (const Part& part : parts) {
        if (part.token.kind == TokenKind::kReference) joined += python_text(part.value);
        else if (part.token.kind == TokenKind::kEscape) joined += unescape(part.token.text);
        else joined += part.token.text;
    }
    return Json(std::move(joined));
}

Result<Json> Evaluator::quoted(ValueLexer& lexer, const Path& path) {
    const char quote = lexer.next().text[0];
    const std::string_view text = lexer.text();
    std::string joined;
    for (std::size_t at = lexer.position(); at < text.size();) {
        const std::size_t slashes = run_of(text, at, "\\");
        const std::size_t after = at + slashes;
        if (slashes > 0) {
            const bool before_quote = after < text.size() && text[after] == quote;
            const bool counts = before_quote || is_open(text, after);
            joined += std::string(counts ? slashes / 2 : slashes, '\\');
            at = after;
            if (counts && slashes % 2 == 1) {
                joined += before_quote ? std::string(1, quote) : "${";
                at += before_quote ? 1 : 2;
            }
        } else if (text[at] == quote) {
            lexer.seek(at + 1);
            return Json(std::move(joined));
        } else if (is_open(text, at)) {
            GOETIA_ASSIGN(const Target target, reference(text, at, path));
            GOETIA_ASSIGN(const std::string part, text_of(target));
            joined += part;
        } else {
            joined += text[at++];
        }
    }
    return invalid("unclosed quote {} in '{}'", quote, text);
}

Result<Json> Evaluator::list(ValueLexer& lexer, const Path& path) {
    lexer.next();
    Json values = Json::array();
    if (lexer.peek().kind == TokenKind::kCloseBracket) return lexer.next(), values;
    while (true) {
        const TokenKind kind = lexer.peek().kind;
        if (kind == TokenKind::kComma || kind == TokenKind::kCloseBracket) {
            values.push_back("");
        } else {
            GOETIA_ASSIGN(Json value, element(lexer, path));
            values.push_back(std::move(value));
        }
        const TokenKind end = lexer.next().kind;
        if (end == TokenKind::kCloseBracket) return values;
        if (end != TokenKind::kComma) return invalid("missing ']' of a list in '{}'", lexer.text());
    }
}

Result<Json> Evaluator::map(ValueLexer& lexer, const Path& path) {
    lexer.next();
    Json values = Json::object();
    if (lexer.peek().kind == TokenKind::kCloseBrace) return lexer.next(), values;
    while (true) {
        GOETIA_ASSIGN(const Json key, word(lexer, path, true));
        if (lexer.next().kind != TokenKind::kColon) return invalid("missing ':' of a mapping in '{}'", lexer.text());
        GOETIA_ASSIGN(Json value, element(lexer, path));
        values[key.is_string() ? key.get<std::string>() : json_text(key)] = std::move(value);
        const TokenKind end = lexer.next().kind;
        if (end == TokenKind::kCloseBrace) return values;
        if (end != TokenKind::kComma) return invalid("missing '}}' of a mapping in '{}'", lexer.text());
    }
}

}  // namespace goetia::config
