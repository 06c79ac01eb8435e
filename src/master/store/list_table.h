// The fields of everything that can be listed (experiments, tasks, nodes ...) in columns in memory, to filter, sort and
// page 100,000 rows within milliseconds. The database is the truth; this is filled from it and follows its commits.
// Safe to call from several threads.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "master/store/list_query.h"

namespace goetia {

struct ListPage {
    std::vector<std::string> ids;
    std::size_t total = 0;  // how many rows match
    std::string next;       // the cursor of the next page; empty: this is the last one
};

class ListTable {
  public:
    // A field may have several values ("tag"): a condition holds when it holds for one of them.
    using Values = std::vector<std::pair<std::string, ListValue>>;

    ListTable();
    ~ListTable();
    ListTable(const ListTable&) = delete;
    ListTable& operator=(const ListTable&) = delete;

    // Replaces the values of the fields that are named; fields that are not named keep theirs. A row keeps at most
    // kMostFields fields; others are not listed.
    void put(const std::string& id, const Values& values);
    // The same with lines of field_text.h, whose names get `prefix`.
    void put_text(const std::string& id, std::string_view prefix, std::string_view lines);
    void erase(const std::string& id);
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool contains(const std::string& id) const;
    // How many rows, of those for which the conditions hold, have each text in the field.
    [[nodiscard]] std::map<std::string, std::size_t> count_by(const std::string& field,
                                                              const std::vector<ListCondition>& conditions = {}) const;
    // The numbers that they have in the field; `without`: how many of them have none.
    [[nodiscard]] std::vector<double> numbers(const std::string& field, const std::vector<ListCondition>& conditions,
                                              std::size_t& without) const;
    // Several values are joined by ';'.
    [[nodiscard]] ListValue value(const std::string& id, const std::string& field) const;

    // The next page continues after the last row of the one before, whatever was added or removed in between. Rows
    // without a value for the sort field come last.
    [[nodiscard]] Result<ListPage> list(const ListQuery& query) const;

    static constexpr std::size_t kMostFields = 4096;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace goetia
