#include "net/messages.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace goetia {
namespace {

// A pattern in pieces: a text that stands as it is, or the name of a value.
struct Piece {
    std::string_view text;
    bool is_value = false;
};

std::vector<Piece> pieces_of(std::string_view pattern) {
    std::vector<Piece> pieces;
    while (!pattern.empty()) {
        const std::size_t open = pattern.find('{');
        if (open != 0) pieces.push_back({pattern.substr(0, open)});
        if (open == std::string_view::npos) break;
        const std::size_t close = pattern.find('}', open);
        pieces.push_back({pattern.substr(open + 1, close - open - 1), true});
        pattern.remove_prefix(close + 1);
    }
    return pieces;
}

using Values = std::map<std::string_view, std::string>;

// A value reaches to the first place where what follows it in the pattern stands; the last one to the end.
std::optional<Values> values_in(const std::vector<Piece>& pieces, std::string_view text) {
    Values values;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (!pieces[i].is_value) {
            if (!text.starts_with(pieces[i].text)) return std::nullopt;
            text.remove_prefix(pieces[i].text.size());
            continue;
        }
        const bool is_last = i + 1 == pieces.size();
        // What ends the pattern ends the text, also where the value has the same in it.
        const std::size_t end = is_last                  ? text.size()
                                : i + 2 == pieces.size() ? text.rfind(pieces[i + 1].text)
                                                         : text.find(pieces[i + 1].text);
        if (end == std::string_view::npos || end == 0) return std::nullopt;
        values[pieces[i].text] = text.substr(0, end);
        text.remove_prefix(end);
    }
    return text.empty() ? std::optional(std::move(values)) : std::nullopt;
}

std::string filled(std::string_view pattern, const Values& values) {
    std::string text;
    for (const Piece& piece : pieces_of(pattern)) {
        const auto value = piece.is_value ? values.find(piece.text) : values.end();
        if (value != values.end()) text += value->second;
        else text += piece.text;
    }
    return text;
}

bool is_about_allowed(std::string_view key) { return key.starts_with("allowed."); }

// Of several patterns that fit, the one that says most itself.
std::size_t said_itself(const std::vector<Piece>& pieces) {
    std::size_t letters = 0;
    for (const Piece& piece : pieces) letters += piece.is_value ? 0 : piece.text.size();
    return letters;
}

const MessageTexts* fitting_message(std::string_view english, Values& values, bool about_allowed) {
    struct Pattern {
        const MessageTexts* texts;
        std::vector<Piece> pieces;
    };
    static const std::vector<Pattern> kPatterns = [] {
        std::vector<Pattern> all;
        for (const MessageTexts& texts : kMessages) all.push_back({&texts, pieces_of(texts.english)});
        std::sort(all.begin(), all.end(), [](const Pattern& one, const Pattern& other) {
            return said_itself(one.pieces) > said_itself(other.pieces);
        });
        return all;
    }();
    for (const Pattern& pattern : kPatterns) {
        if (is_about_allowed(pattern.texts->key) != about_allowed) continue;
        if (auto found = values_in(pattern.pieces, english)) {
            values = std::move(*found);
            return pattern.texts;
        }
    }
    return nullptr;
}

}  // namespace

std::string message_text(MessageKey key, MessageValues values) {
    return filled(key.texts().english, Values(values.begin(), values.end()));
}

FoundMessage find_message(std::string_view english, bool chinese) {
    Values values;
    const MessageTexts* texts = fitting_message(english, values, false);
    if (!texts) return {{}, std::string(english)};
    if (!chinese) return {texts->key, std::string(english)};
    return {texts->key, filled(texts->chinese, values)};
}

std::string allowed_in_chinese(std::string_view english) {
    if (FoundMessage whole = find_message(english, true); !whole.key.empty()) return std::move(whole.text);
    std::string text;
    while (!english.empty()) {
        const std::string_view part = english.substr(0, english.find(", "));
        english.remove_prefix(std::min(english.size(), part.size() + 2));
        Values values;
        const MessageTexts* texts = fitting_message(part, values, true);
        text += (text.empty() ? "" : ", ") + (texts ? filled(texts->chinese, values) : std::string(part));
    }
    return text;
}

}  // namespace goetia
