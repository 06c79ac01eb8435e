// What the API says to people, in English and Chinese, from contract/messages/: one file a language, the same keys.
//
// Deeper rooms make errors in English, as always. Where one leaves the API its English text is looked up, and is said
// in the caller's language; the key that was found is the `code` of the fault, by which a page can say it in its own
// words.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace goetia {

struct MessageTexts {
    std::string_view key, english, chinese;
};
inline constexpr auto kMessages = std::to_array<MessageTexts>({
#include "messages.inc"
});

// The key of a message; one that the catalogue does not have does not compile.
class MessageKey {
  public:
    template <class Text>
    consteval MessageKey(const Text& key) : texts_(&kMessages[index_of(key)]) {}  // NOLINT: a literal is a key
    [[nodiscard]] const MessageTexts& texts() const { return *texts_; }

  private:
    static consteval std::size_t index_of(std::string_view key) {
        for (std::size_t i = 0; i < kMessages.size(); ++i) {
            if (kMessages[i].key == key) return i;
        }
        throw "contract/messages/ has no such key";
    }
    const MessageTexts* texts_;
};

using MessageValues = std::initializer_list<std::pair<std::string_view, std::string>>;

// The English text with its values, for the `message` of a fault or an error:
// message_text("account.name_long", {{"most", "60"}}).
std::string message_text(MessageKey key, MessageValues values = {});

struct FoundMessage {
    std::string_view key;  // empty: not in the catalogue
    std::string text;      // what was asked for, in the language asked for where the catalogue has it
};
// Finds the message that an English text is, whatever values are in it.
FoundMessage find_message(std::string_view english, bool chinese);

// What is `allowed`: a rule of the catalogue, or by a schema "a whole number, at least 1", part by part; names to
// choose from stay as they are.
std::string allowed_in_chinese(std::string_view english);

}  // namespace goetia
