// The memory of a ListTable: values in 64 bits, and columns of them that are compact whether many rows have a value or
// few.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace goetia {

// A number, or (among the bit patterns of NaN that arithmetic never makes) the id of a text or of a list of texts.
class ListCell {
  public:
    ListCell() = default;
    static ListCell of_number(double number);
    static ListCell of_text(std::uint32_t id) { return ListCell(kText | id); }
    static ListCell of_list(std::uint32_t id) { return ListCell(kList | id); }

    [[nodiscard]] bool is_absent() const { return (bits_ & kKinds) == kAbsent; }
    [[nodiscard]] bool is_text() const { return (bits_ & kKinds) == kText; }
    [[nodiscard]] bool is_list() const { return (bits_ & kKinds) == kList; }
    [[nodiscard]] bool is_number() const { return !is_absent() && !is_text() && !is_list(); }
    [[nodiscard]] double number() const;
    [[nodiscard]] std::uint32_t id() const { return static_cast<std::uint32_t>(bits_); }

  private:
    static constexpr std::uint64_t kKinds = 0xFFFF'0000'0000'0000, kText = 0xFFFC'0000'0000'0000,
                                   kList = 0xFFFD'0000'0000'0000, kAbsent = 0xFFFE'0000'0000'0000;
    explicit ListCell(std::uint64_t bits) : bits_(bits) {}
    std::uint64_t bits_ = kAbsent;
};

class ListColumn {
  public:
    [[nodiscard]] ListCell get(std::uint32_t row) const;
    void set(std::uint32_t row, ListCell cell, std::uint32_t rows);
    // Calls each(row, cell) for every row with a value.
    void each(auto&& call) const {
        for (std::uint32_t row = 0; row < dense_.size(); ++row)
            if (!dense_[row].is_absent()) call(row, dense_[row]);
        for (const auto& [row, cell] : sparse_)
            if (!cell.is_absent()) call(row, cell);
    }

  private:
    std::vector<ListCell> dense_;                             // by row, once enough rows have a value
    std::vector<std::pair<std::uint32_t, ListCell>> sparse_;  // until then: sorted by row
};

// Texts and lists of texts, each kept once.
class ListTexts {
  public:
    std::uint32_t id_of(std::string_view text);
    std::uint32_t id_of(const std::vector<std::uint32_t>& list);
    // Without adding it; false when it is not there.
    bool find(std::string_view text, std::uint32_t& id) const;
    [[nodiscard]] const std::string& text(std::uint32_t id) const { return texts_[id]; }
    [[nodiscard]] const std::vector<std::uint32_t>& list(std::uint32_t id) const { return *lists_[id]; }

  private:
    std::deque<std::string> texts_;
    std::unordered_map<std::string_view, std::uint32_t> ids_;  // views of texts_
    std::map<std::vector<std::uint32_t>, std::uint32_t> list_ids_;
    std::vector<const std::vector<std::uint32_t>*> lists_;  // the keys of list_ids_
};

}  // namespace goetia
