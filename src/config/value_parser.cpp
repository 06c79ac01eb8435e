#include "config/value_parser.h"

#include <algorithm>

#include "config/scalars.h"
#include "config/value_functions.h"
#include "config/value_lexer.h"

namespace goetia::config {
namespace {

constexpr int kMaxValueDepth = 64;

// Removes the quotes, and the backslashes that escape quotes or precede the end.
std::string unquote(std::string_view quoted) {
    const char quote = quoted.front();
    const std::string_view body = quoted.substr(1);  // keeps the closing quote
    std::string text;
    for (std::size_t i = 0; i < body.size();) {
        std::size_t slashes = 0;
        while (i + slashes < body.size() && body[i + slashes] == '\\') ++slashes;
        if (slashes > 0 && i + slashes < body.size() && body[i + slashes] == quote) {
            // Half of the backslashes remain; an odd one escapes the quote.
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

// Recursive descent over the value part. Every function leaves the lexer after what it has parsed.
class ValueParser {
  public:
    explicit ValueParser(std::string_view text) : lexer_(text, ValueLexer::Dialect::kOverride) {}

    Result<Value> parse() {
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
            if (choice.kind == Value::Kind::kSweep) return invalid("a comma list cannot contain a sweep");
        }
        return Value::of(std::move(sweep));
    }

  private:
    Error unexpected() {
        const Token token = lexer_.peek();
        if (token.kind == TokenKind::kEnd) return invalid("ends too early");
        if (token.kind == TokenKind::kBad && (token.text[0] == '"' || token.text[0] == '\''))
            return invalid("unclosed quote {}", token.text.substr(0, 1));
        return invalid("unexpected '{}' at column {} of the value; quote it or escape it with '\\'", token.text,
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

    // Words are joined as they are; a single word keeps its type.
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
        if (tokens.empty()) return invalid("the value consists of spaces only; quote it");
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

    // After an element: true at a comma, false at the closing bracket.
    Result<bool> goes_on(TokenKind close) {
        const TokenKind kind = lexer_.peek().kind;
        if (kind != TokenKind::kComma && kind != close) return unexpected();
        lexer_.next();
        return kind == TokenKind::kComma;
    }

    Result<Value> list() {
        lexer_.next();
        Value value;
        value.kind = Value::Kind::kList;
        if (lexer_.peek().kind == TokenKind::kCloseBracket) return lexer_.next(), value;
        for (bool more = true; more;) {
            GOETIA_ASSIGN(Value item, element());
            value.items.push_back(std::move(item));
            GOETIA_ASSIGN(more, goes_on(TokenKind::kCloseBracket));
        }
        return value;
    }

    Result<Value> map() {
        lexer_.next();
        Value value;
        value.kind = Value::Kind::kMap;
        if (lexer_.peek().kind == TokenKind::kCloseBrace) return lexer_.next(), value;
        for (bool more = true; more;) {
            GOETIA_ASSIGN(Value key, word(false));
            if (lexer_.peek().kind != TokenKind::kColon) return unexpected();
            lexer_.next();
            GOETIA_ASSIGN(Value item, element());
            const auto same = std::find_if(value.entries.begin(), value.entries.end(),
                                           [&](const auto& e) { return e.key == key.scalar; });
            if (same != value.entries.end()) same->value = std::move(item);
            else value.entries.emplace_back(std::move(key.scalar), std::move(item));
            GOETIA_ASSIGN(more, goes_on(TokenKind::kCloseBrace));
        }
        return value;
    }

    Result<Value> call() {
        Call call{.name = std::string(lexer_.next().text)};
        lexer_.next();
        if (lexer_.peek().kind == TokenKind::kCloseParen) return lexer_.next(), evaluate(std::move(call));
        for (bool more = true; more;) {
            const std::string name = argument_name();
            if (name.empty() && !call.named.empty())
                return invalid("in '{}()' a plain argument follows a named one", call.name);
            GOETIA_ASSIGN(Value argument, element());
            if (name.empty()) call.positional.push_back(std::move(argument));
            else call.named.emplace_back(name, std::move(argument));
            GOETIA_ASSIGN(more, goes_on(TokenKind::kCloseParen));
        }
        return evaluate(std::move(call));
    }

    // The "name=" before an argument, or nothing.
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

}  // namespace

Result<Value> parse_value(std::string_view text) { return ValueParser(text).parse(); }

}  // namespace goetia::config
