#include "config/value_lexer.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "base/json.h"
#include "config/scalars.h"

namespace goetia::config {
namespace {

bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_space(char c) { return c == ' ' || c == '\t'; }

std::size_t spaces_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_space(text[end])) ++end;
    return end - at;
}

std::size_t id_at(std::string_view text, std::size_t at) {
    if (at >= text.size() || !(is_letter(text[at]) || text[at] == '_')) return 0;
    std::size_t end = at + 1;
    while (end < text.size() &&
           (is_letter(text[end]) || is_decimal_digit(text[end]) || text[end] == '_' || text[end] == '-'))
        ++end;
    return end - at;
}

// DIGIT (_? DIGIT)*
std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() &&
           (is_decimal_digit(text[end]) ||
            (end > at && text[end] == '_' && end + 1 < text.size() && is_decimal_digit(text[end + 1]))))
        ++end;
    return end - at;
}

std::size_t digit_run_at(std::string_view text, std::size_t at) {
    if (at < text.size() && text[at] == '0') return 1;
    return digits_at(text, at);
}

bool same_word(std::string_view text, std::size_t at, std::string_view lower) {
    if (text.size() - at < lower.size()) return false;
    return std::equal(lower.begin(), lower.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                      [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); });
}

struct Number {
    std::size_t length = 0;
    bool is_float = false;
};

Number number_at(std::string_view text, std::size_t at) {
    const std::size_t sign = at < text.size() && (text[at] == '+' || text[at] == '-') ? 1 : 0;
    const std::size_t body = at + sign;
    if (body < text.size() && (same_word(text, body, "inf") || same_word(text, body, "nan"))) return {sign + 3, true};
    const std::size_t integer_part = digit_run_at(text, body);
    std::size_t mantissa = integer_part;
    bool point = false;
    if (body + integer_part < text.size() && text[body + integer_part] == '.') {
        const std::size_t fraction = digits_at(text, body + integer_part + 1);
        if (integer_part > 0 || fraction > 0) mantissa = integer_part + 1 + fraction, point = true;
    }
    if (mantissa == 0) return {};
    std::size_t end = body + mantissa;
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
        const std::size_t exponent_sign =
            end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 1 : 0;
        const std::size_t digits = digits_at(text, end + 1 + exponent_sign);
        if (digits > 0) return {end + 1 + exponent_sign + digits - at, true};
    }
    return {end - at, point};
}

std::size_t escapes_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end + 1 < text.size() && text[end] == '\\' && kEscapable.find(text[end + 1]) != std::string_view::npos)
        end += 2;
    return end - at;
}

}  // namespace

Token ValueLexer::next() {
    const Token token = peek();
    at_ += token.text.size();
    return token;
}

// "," and the like, with the surrounding spaces; kEnd when there is none here.
Token ValueLexer::structure_at(std::size_t at) const {
    const std::size_t before = spaces_at(text_, at);
    const std::size_t mark = at + before;
    if (mark >= text_.size()) return {};
    const std::size_t after = spaces_at(text_, mark + 1);
    const auto token = [&](TokenKind kind, bool spaces_before, bool spaces_after) -> Token {
        if (before > 0 && !spaces_before) return {};
        return {kind, text_.substr(at, before + 1 + (spaces_after ? after : 0))};
    };
    const bool parens = dialect_ == Dialect::kOverride;
    switch (text_[mark]) {
        case ',': return token(TokenKind::kComma, true, true);
        case ':': return token(TokenKind::kColon, true, true);
        case '[': return token(TokenKind::kOpenBracket, false, true);
        case ']': return token(TokenKind::kCloseBracket, true, false);
        case '{': return token(TokenKind::kOpenBrace, false, true);
        case '}': return token(TokenKind::kCloseBrace, true, false);
        case '(': return parens ? token(TokenKind::kOpenParen, true, true) : Token{};
        case ')': return parens ? token(TokenKind::kCloseParen, true, false) : Token{};
        case '=': return parens ? token(TokenKind::kEqual, true, true) : Token{};
        default: return {};
    }
}

// A quote closes if an even number of backslashes precedes it.
Token ValueLexer::quoted_at(std::size_t at) const {
    const char quote = text_[at];
    for (std::size_t end = at + 1; end < text_.size(); ++end) {
        if (text_[end] != quote) continue;
        std::size_t slashes = 0;
        while (end - slashes > at + 1 && text_[end - slashes - 1] == '\\') ++slashes;
        if (slashes % 2 == 0) return {TokenKind::kQuoted, text_.substr(at, end - at + 1)};
    }
    return {TokenKind::kBad, text_.substr(at)};
}

Token ValueLexer::token_at(std::size_t at) const {
    if (at >= text_.size()) return {TokenKind::kEnd, {}};
    if (const Token token = structure_at(at); token.kind != TokenKind::kEnd) return token;
    const char c = text_[at];
    if (is_space(c)) return {TokenKind::kSpace, text_.substr(at, spaces_at(text_, at))};
    if (c == '"' || c == '\'') {
        return dialect_ == Dialect::kOverride ? quoted_at(at) : Token{TokenKind::kQuote, text_.substr(at, 1)};
    }
    if (text_.substr(at, 2) == "${") {
        if (dialect_ == Dialect::kInterpolation) return {TokenKind::kReference, text_.substr(at, 2)};
        const std::size_t close = text_.find('}', at);
        if (close != std::string_view::npos && close > at + 2)
            return {TokenKind::kReference, text_.substr(at, close - at + 1)};
    }
    if (const std::size_t length = escapes_at(text_, at)) return {TokenKind::kEscape, text_.substr(at, length)};
    const std::size_t id = id_at(text_, at);
    const Number number = number_at(text_, at);
    if (number.length > 0 && number.length >= id)
        return {number.is_float ? TokenKind::kFloat : TokenKind::kInt, text_.substr(at, number.length)};
    if (id > 0) {
        const std::string_view word = text_.substr(at, id);
        if ((id == 4 && same_word(text_, at, "true")) || (id == 5 && same_word(text_, at, "false")))
            return {TokenKind::kBool, word};
        if (id == 4 && same_word(text_, at, "null")) return {TokenKind::kNull, word};
        return {TokenKind::kId, word};
    }
    if (kWordCharacters.find(c) != std::string_view::npos) return {TokenKind::kCharacter, text_.substr(at, 1)};
    std::size_t end = at + 1;  // a character beyond ASCII is kept whole
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80) ++end;
    return {TokenKind::kBad, text_.substr(at, end - at)};
}

bool is_word_part(TokenKind kind) {
    switch (kind) {
        case TokenKind::kId:
        case TokenKind::kInt:
        case TokenKind::kFloat:
        case TokenKind::kBool:
        case TokenKind::kNull:
        case TokenKind::kCharacter:
        case TokenKind::kColon:
        case TokenKind::kEscape:
        case TokenKind::kSpace:
        case TokenKind::kReference: return true;
        default: return false;
    }
}

Json word_value(const Token& token) {
    switch (token.kind) {
        case TokenKind::kNull: return nullptr;
        case TokenKind::kBool: return std::tolower(static_cast<unsigned char>(token.text[0])) == 't';
        case TokenKind::kInt: {
            const auto value = plain_integer(token.text);
            return value ? *value : Json(std::string(token.text));
        }
        case TokenKind::kFloat: {
            std::string plain(token.text);
            std::erase(plain, '_');
            return std::strtod(plain.c_str(), nullptr);
        }
        case TokenKind::kEscape: return unescape(token.text);
        default: return std::string(token.text);
    }
}

std::string unescape(std::string_view escaped) {
    std::string text;
    for (std::size_t i = 1; i < escaped.size(); i += 2) text += escaped[i];
    return text;
}

}  // namespace goetia::config
