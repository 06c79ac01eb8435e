// The tokens of values, on the command line (Hydra's grammar) and inside `${...}` (OmegaConf's): both are tokenised
// alike, longest match first.
#pragma once

#include <string>
#include <string_view>

#include "base/json_fwd.h"

namespace goetia::config {

enum class TokenKind {
    kId,
    kInt,
    kFloat,
    kBool,
    kNull,
    kCharacter,  // one of / - \ + . $ % * @ ? |
    kColon,
    kEscape,
    kSpace,
    kQuoted,     // "..." or '...', complete with its quotes (command line only)
    kReference,  // ${...} on the command line, the opening "${" inside an interpolation
    kQuote,      // an opening quote inside an interpolation
    kComma,
    kOpenBracket,
    kCloseBracket,
    kOpenBrace,
    kCloseBrace,
    kOpenParen,
    kCloseParen,
    kEqual,
    kEnd,
    kBad
};

struct Token {
    TokenKind kind = TokenKind::kEnd;
    std::string_view text;
};

class ValueLexer {
  public:
    enum class Dialect { kOverride, kInterpolation };

    ValueLexer(std::string_view text, Dialect dialect, std::size_t at = 0) : text_(text), dialect_(dialect), at_(at) {}

    [[nodiscard]] Token peek() const { return token_at(at_); }
    Token next();

    [[nodiscard]] std::size_t position() const { return at_; }
    void seek(std::size_t at) { at_ = at; }
    [[nodiscard]] std::string_view text() const { return text_; }

  private:
    [[nodiscard]] Token token_at(std::size_t at) const;
    [[nodiscard]] Token structure_at(std::size_t at) const;
    [[nodiscard]] Token quoted_at(std::size_t at) const;

    std::string_view text_;
    Dialect dialect_;
    std::size_t at_;
};

// Whether a token can be part of an unquoted word ("a-b", "1:2", "x y").
bool is_word_part(TokenKind kind);

// The typed value of a word that is one token: 1_000, 1e-3, true, null; any other is text.
Json word_value(const Token& token);

// The characters of a word besides letters, digits and '_': as they are, or after a backslash.
constexpr std::string_view kWordCharacters = "/-\\+.$%*@?|";
constexpr std::string_view kEscapable = "\\()[]{}:=, \t";

// Removes the escaping backslashes: "\\\," becomes "\,".
std::string unescape(std::string_view escaped);

}  // namespace goetia::config
