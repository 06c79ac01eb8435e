// What the command line and "override" entries say about groups, and which of it was used.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/override_grammar.h"
#include "config/repository.h"

namespace goetia::config {

class GroupOverrides {
  public:
    static Result<GroupOverrides> make(const Repository& repository, const std::vector<Override>& overrides);

    [[nodiscard]] const std::vector<DefaultItem>& appended() const { return appended_; }
    [[nodiscard]] const std::map<std::string, std::optional<std::string>>& choices() const { return known_choices_; }

    // An "override db: x" of a defaults list; the command line was first and wins.
    void add_from_list(const DefaultItem& item, const std::string& said_in);
    // Changes the item's option when something overrides it.
    void apply(DefaultItem& item);
    bool takes_deletion(DefaultItem& item);
    Status note_choice(const DefaultItem& item);

    // Every override and deletion must have met an entry; a group that only the built-in tree knows may be a value's
    // key.
    Status finish(const Repository& repository, std::vector<Override>& value_overrides);

  private:
    struct Choice {
        bool many = false;
        std::optional<std::string> option;
        std::vector<std::string> options;
        bool used = false;
        std::string said_in;  // empty: the command line
    };
    struct Deletion {
        std::optional<std::string> option;
        bool used = false;
    };

    std::map<std::string, Choice> overrides_;
    std::map<std::string, Deletion> deletions_;
    std::vector<DefaultItem> appended_;
    std::vector<Override> all_;
    std::set<std::size_t> value_numbers_;         // of all_: those that name values
    std::map<std::string, std::size_t> numbers_;  // of all_: by override or deletion key
    std::map<std::string, std::optional<std::string>> known_choices_;
    std::map<std::string, std::set<std::string>> known_keys_;  // by group
};

}  // namespace goetia::config
