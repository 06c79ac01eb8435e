#include "master/store/list_cells.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace goetia {
namespace {

constexpr std::size_t kFewest = 64;  // values from which a column may become dense

}  // namespace

ListCell ListCell::of_number(double number) {
    return ListCell(
        std::bit_cast<std::uint64_t>(std::isnan(number) ? std::numeric_limits<double>::quiet_NaN() : number));
}

double ListCell::number() const { return std::bit_cast<double>(bits_); }

ListCell ListColumn::get(std::uint32_t row) const {
    if (!dense_.empty()) return row < dense_.size() ? dense_[row] : ListCell();
    const auto found = std::ranges::lower_bound(sparse_, row, {}, [](const auto& one) { return one.first; });
    return found != sparse_.end() && found->first == row ? found->second : ListCell();
}

void ListColumn::set(std::uint32_t row, ListCell cell, std::uint32_t rows) {
    if (dense_.empty()) {
        const auto found = std::ranges::lower_bound(sparse_, row, {}, [](const auto& one) { return one.first; });
        if (found != sparse_.end() && found->first == row) found->second = cell;
        else if (!cell.is_absent()) sparse_.insert(found, {row, cell});
        if (sparse_.size() < kFewest || sparse_.size() * 4 < rows) return;
        dense_.resize(rows);
        for (const auto& [at, value] : sparse_) dense_[at] = value;
        sparse_ = {};
        return;
    }
    if (row >= dense_.size()) {
        if (cell.is_absent()) return;
        dense_.resize(std::max<std::size_t>(row + 1, dense_.size() + dense_.size() / 8));
    }
    dense_[row] = cell;
}

std::uint32_t ListTexts::id_of(std::string_view text) {
    if (const auto known = ids_.find(text); known != ids_.end()) return known->second;
    const auto id = static_cast<std::uint32_t>(texts_.size());
    ids_.emplace(texts_.emplace_back(text), id);
    return id;
}

std::uint32_t ListTexts::id_of(const std::vector<std::uint32_t>& list) {
    const auto [known, is_new] = list_ids_.emplace(list, static_cast<std::uint32_t>(lists_.size()));
    if (is_new) lists_.push_back(&known->first);
    return known->second;
}

bool ListTexts::find(std::string_view text, std::uint32_t& id) const {
    const auto known = ids_.find(text);
    if (known == ids_.end()) return false;
    id = known->second;
    return true;
}

}  // namespace goetia
