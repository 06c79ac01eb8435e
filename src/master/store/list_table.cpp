#include "master/store/list_table.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>

#include "base/json.h"
#include "base/json_text.h"
#include "master/store/field_text.h"
#include "master/store/list_cells.h"

namespace goetia {
namespace {

bool holds_in_order(auto order, ListOperator op) {
    switch (op) {
        case ListOperator::kEqual: return order == 0;
        case ListOperator::kLess: return order < 0;
        case ListOperator::kLessOrEqual: return order <= 0;
        case ListOperator::kGreater: return order > 0;
        case ListOperator::kGreaterOrEqual: return order >= 0;
        case ListOperator::kNotEqual:
        case ListOperator::kContains: return false;
    }
    return false;
}

constexpr std::size_t kKeysAtOnce = 4096;  // beside those of the page, until the last ones are left out

char lower_letter(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter; }

bool contains_text(const std::string& text, const std::string& part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower_letter(a) == lower_letter(b); }) != text.end();
}

// What a page's last row was, so that the next page begins after it.
struct ListCursor {
    ListValue value;
    std::string id;
};

std::string cursor_text(const ListQuery& query, const ListCursor& cursor) {
    std::string fields;
    put_field(fields, "v", cursor.value);
    const std::string text =
        json_text(Json{{"sort", query.sort}, {"descending", query.descending}, {"value", fields}, {"id", cursor.id}});
    std::string hex;
    for (const char letter : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(letter));
    return hex;
}

Result<ListCursor> cursor_from(const ListQuery& query) {
    const auto refused = [] {
        return invalid("the cursor is not one of this list; take the 'next' of an answer to the same filter and sort");
    };
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    if (query.cursor.size() % 2 != 0 || query.cursor.size() > 8192) return refused();
    std::string text;
    for (std::size_t i = 0; i < query.cursor.size(); i += 2) {
        const int high = digit(query.cursor[i]), low = digit(query.cursor[i + 1]);
        if (high < 0 || low < 0) return refused();
        text += static_cast<char>(high * 16 + low);
    }
    const auto parsed = parse_json(text, "cursor");
    if (!parsed || !parsed->is_object()) return refused();
    const auto member = [&](const char* name) { return parsed->contains(name) ? (*parsed)[name] : Json(); };
    const Json sort = member("sort"), value = member("value"), id = member("id");
    if (sort != query.sort || member("descending") != query.descending || !value.is_string() || !id.is_string())
        return refused();
    ListCursor cursor{.value = {}, .id = id.get<std::string>()};
    each_field(value.get<std::string>(), [&](std::string_view, ListValue read) { cursor.value = std::move(read); });
    return cursor;
}

}  // namespace

struct ListTable::State {
    mutable std::shared_mutex mutex;
    std::vector<std::string> ids;  // by row; empty: the row is free
    std::vector<std::uint32_t> free_rows;
    std::unordered_map<std::string, std::uint32_t> rows;
    std::vector<std::uint16_t> fields;  // of each row
    std::unordered_map<std::string, ListColumn> columns;
    ListTexts texts;
    std::vector<char> used;  // by row: whether it is in the table

    // The lines of the row before, by prefix and position: most configs are alike, so most lines need no look-up.
    struct KnownLine {
        std::string name, text;
        ListColumn* column = nullptr;
        ListCell cell;
    };
    std::map<std::string, std::vector<KnownLine>, std::less<>> known_lines;

    std::uint32_t row_of(const std::string& id) {
        if (const auto known = rows.find(id); known != rows.end()) return known->second;
        std::uint32_t row = static_cast<std::uint32_t>(ids.size());
        if (free_rows.empty()) ids.emplace_back(), fields.push_back(0), used.push_back(0);
        else row = free_rows.back(), free_rows.pop_back();
        ids[row] = id, fields[row] = 0, used[row] = 1;
        rows.emplace(id, row);
        set(row, "id", cell_of(id));
        return row;
    }

    ListCell cell_of(const ListValue& value) {
        if (const auto* number = std::get_if<double>(&value)) return ListCell::of_number(*number);
        if (const auto* text = std::get_if<std::string>(&value)) return ListCell::of_text(texts.id_of(*text));
        return {};
    }

    void set(std::uint32_t row, const std::string& field, ListCell cell) {
        auto column = columns.find(field);
        if (column == columns.end()) {
            if (cell.is_absent() || fields[row] >= kMostFields) return;
            column = columns.emplace(field, ListColumn()).first;
        }
        set(row, column->second, cell);
    }

    void set(std::uint32_t row, ListColumn& column, ListCell cell) {
        const bool is_new = !cell.is_absent() && column.get(row).is_absent();
        if (is_new && fields[row] >= kMostFields) return;
        fields[row] = static_cast<std::uint16_t>(fields[row] + (is_new ? 1 : 0));
        column.set(row, cell, static_cast<std::uint32_t>(ids.size()));
    }

    void set_line(std::uint32_t row, std::string_view prefix, KnownLine& known, std::string_view name,
                  std::string_view text) {
        if (known.name != name || known.column == nullptr) {
            const std::string field = std::string(prefix) + std::string(name);
            known = {std::string(name), "", nullptr, {}};
            if (!columns.contains(field) && fields[row] >= kMostFields) return;
            known.column = &columns[field];
        }
        if (known.text.empty() || known.text != text) {
            known.text = text;
            known.cell = cell_of(field_value(text));
        }
        set(row, *known.column, known.cell);
    }

    [[nodiscard]] const ListColumn& column(const std::string& field) const {
        static const ListColumn kNone;
        const auto found = columns.find(field);
        return found == columns.end() ? kNone : found->second;
    }

    [[nodiscard]] ListValue value_of(ListCell cell) const {
        if (cell.is_number()) return cell.number();
        if (cell.is_text()) return texts.text(cell.id());
        if (cell.is_list()) return texts.text(texts.list(cell.id())[0]);
        return {};
    }

    // Of every operator but kNotEqual.
    [[nodiscard]] bool holds(ListCell cell, const ListCondition& condition) const {
        if (cell.is_list()) {
            return std::ranges::any_of(texts.list(cell.id()),
                                       [&](std::uint32_t id) { return holds(ListCell::of_text(id), condition); });
        }
        if (cell.is_number()) {
            if (!condition.number) return false;
            return holds_in_order(cell.number() <=> *condition.number, condition.op);
        }
        const std::string& text = texts.text(cell.id());
        if (condition.op == ListOperator::kContains) return contains_text(text, condition.text);
        if (condition.number && condition.op != ListOperator::kEqual) return false;
        return holds_in_order(text <=> condition.text, condition.op);
    }

    // Removes the rows for which the condition does not hold.
    void keep_matching(std::vector<char>& kept, ListCondition condition) const {
        const bool is_negated = condition.op == ListOperator::kNotEqual;
        if (is_negated) condition.op = ListOperator::kEqual;
        std::vector<char> matching(kept.size(), is_negated ? 1 : 0);
        std::uint32_t id = 0;
        const bool by_id = condition.op == ListOperator::kEqual && !texts.find(condition.text, id);
        column(condition.field).each([&](std::uint32_t row, ListCell cell) {
            if (cell.is_text() && by_id) return;  // no row has this text
            if (cell.is_text() && condition.op == ListOperator::kEqual ? cell.id() == id : holds(cell, condition))
                matching[row] = is_negated ? 0 : 1;
        });
        for (std::size_t row = 0; row < kept.size(); ++row) kept[row] = static_cast<char>(kept[row] & matching[row]);
    }

    // Where a row is in the order of a list; the texts are those of the table.
    struct Key {
        int kind = 2;  // 0: a number, 1: a text, 2: no value, which comes last
        double number = 0;
        const std::string* text = nullptr;
        const std::string* id = nullptr;
        std::uint32_t row = 0;

        [[nodiscard]] bool is_before(const Key& other, bool descending) const {
            if (kind != other.kind) return kind < other.kind;
            if (kind == 0) {
                const bool is_nan = std::isnan(number), other_is_nan = std::isnan(other.number);
                if (is_nan != other_is_nan) return other_is_nan;
                if (!is_nan && number != other.number)
                    return descending ? number > other.number : number < other.number;
            } else if (kind == 1) {
                if (const int order = text->compare(*other.text); order != 0) return descending ? order > 0 : order < 0;
            }
            return *id < *other.id;
        }
    };

    [[nodiscard]] Key key_of(ListCell cell, std::uint32_t row) const {
        Key key{.id = &ids[row], .row = row};
        if (cell.is_number()) key.kind = 0, key.number = cell.number();
        else if (!cell.is_absent())
            key.kind = 1, key.text = &texts.text(cell.is_text() ? cell.id() : texts.list(cell.id())[0]);
        return key;
    }
    static Key key_of(const ListCursor& cursor) {
        Key key{.id = &cursor.id};
        if (const auto* number = std::get_if<double>(&cursor.value)) key.kind = 0, key.number = *number;
        else if (const auto* text = std::get_if<std::string>(&cursor.value)) key.kind = 1, key.text = text;
        return key;
    }
};

ListTable::ListTable() : state_(std::make_unique<State>()) {}
ListTable::~ListTable() = default;

void ListTable::put(const std::string& id, const Values& values) {
    const std::unique_lock lock(state_->mutex);
    const std::uint32_t row = state_->row_of(id);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string& field = values[i].first;
        std::vector<std::uint32_t> list;
        std::size_t last = i;
        while (last + 1 < values.size() && values[last + 1].first == field) ++last;
        if (last == i) {
            state_->set(row, field, state_->cell_of(values[i].second));
            continue;
        }
        for (; i <= last; ++i) {
            if (const auto* text = std::get_if<std::string>(&values[i].second))
                list.push_back(state_->texts.id_of(*text));
        }
        i = last;
        state_->set(row, field, list.empty() ? ListCell() : ListCell::of_list(state_->texts.id_of(list)));
    }
}

void ListTable::put_text(const std::string& id, std::string_view prefix, std::string_view lines) {
    const std::unique_lock lock(state_->mutex);
    const std::uint32_t row = state_->row_of(id);
    std::vector<State::KnownLine>& known = state_->known_lines[std::string(prefix)];
    std::size_t position = 0;
    each_field_line(lines, [&](std::string_view name, std::string_view text) {
        if (position == known.size()) known.emplace_back();
        state_->set_line(row, prefix, known[position++], name, text);
    });
}

void ListTable::erase(const std::string& id) {
    const std::unique_lock lock(state_->mutex);
    const auto known = state_->rows.find(id);
    if (known == state_->rows.end()) return;
    const std::uint32_t row = known->second;
    for (auto& [field, column] : state_->columns) column.set(row, {}, static_cast<std::uint32_t>(state_->ids.size()));
    state_->ids[row].clear();
    state_->used[row] = 0;
    state_->free_rows.push_back(row);
    state_->rows.erase(known);
}

std::size_t ListTable::size() const {
    const std::shared_lock lock(state_->mutex);
    return state_->rows.size();
}

bool ListTable::contains(const std::string& id) const {
    const std::shared_lock lock(state_->mutex);
    return state_->rows.contains(id);
}

ListValue ListTable::value(const std::string& id, const std::string& field) const {
    const std::shared_lock lock(state_->mutex);
    const auto known = state_->rows.find(id);
    if (known == state_->rows.end()) return {};
    const ListCell cell = state_->column(field).get(known->second);
    if (!cell.is_list()) return state_->value_of(cell);
    std::string joined;
    for (const std::uint32_t text : state_->texts.list(cell.id()))
        joined += (joined.empty() ? "" : ";") + state_->texts.text(text);
    return joined;
}

std::map<std::string, std::size_t> ListTable::count_by(const std::string& field,
                                                       const std::vector<ListCondition>& conditions) const {
    const std::shared_lock lock(state_->mutex);
    std::vector<char> kept = state_->used;
    for (const ListCondition& condition : conditions) state_->keep_matching(kept, condition);
    std::unordered_map<std::uint32_t, std::size_t> counts;
    state_->column(field).each([&](std::uint32_t row, ListCell cell) {
        if (cell.is_text() && kept[row] != 0) ++counts[cell.id()];
    });
    std::map<std::string, std::size_t> named;
    for (const auto& [id, count] : counts) named[state_->texts.text(id)] = count;
    return named;
}

std::vector<double> ListTable::numbers(const std::string& field, const std::vector<ListCondition>& conditions,
                                       std::size_t& without) const {
    const std::shared_lock lock(state_->mutex);
    std::vector<char> kept = state_->used;
    for (const ListCondition& condition : conditions) state_->keep_matching(kept, condition);
    std::vector<double> found;
    state_->column(field).each([&](std::uint32_t row, ListCell cell) {
        if (kept[row] != 0 && cell.is_number() && std::isfinite(cell.number())) found.push_back(cell.number());
    });
    without = static_cast<std::size_t>(std::ranges::count(kept, 1)) - found.size();
    return found;
}

Result<ListPage> ListTable::list(const ListQuery& query) const {
    if (query.limit < 1 || query.limit > kMostListed)
        return invalid("a page of {} items was asked for; allowed are 1 to {}", query.limit, kMostListed);
    ListCursor cursor;
    if (!query.cursor.empty()) {
        GOETIA_ASSIGN(cursor, cursor_from(query));
    }
    const std::shared_lock lock(state_->mutex);
    std::vector<char> kept = state_->used;
    for (const ListCondition& condition : query.conditions) state_->keep_matching(kept, condition);

    const ListColumn& column = state_->column(query.sort.empty() ? "id" : query.sort);
    const State::Key after = State::key_of(cursor);
    const auto is_before = [&](const State::Key& a, const State::Key& b) { return a.is_before(b, query.descending); };
    std::vector<State::Key> keys;  // some of the rows that follow, among them the first ones
    std::optional<State::Key> bound;
    std::size_t following = 0;
    ListPage page;
    for (std::uint32_t row = 0; row < kept.size(); ++row) {
        if (kept[row] == 0) continue;
        ++page.total;
        State::Key key = state_->key_of(column.get(row), row);
        if (!query.cursor.empty() && !is_before(after, key)) continue;
        ++following;
        if (bound && !is_before(key, *bound)) continue;
        keys.push_back(key);
        if (keys.size() < kKeysAtOnce + query.limit) continue;
        const auto last = keys.begin() + static_cast<std::ptrdiff_t>(query.limit - 1);
        std::nth_element(keys.begin(), last, keys.end(), is_before);
        keys.resize(query.limit);
        bound = keys.back();
    }
    const std::size_t count = std::min(query.limit, keys.size());
    std::partial_sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(count), keys.end(), is_before);
    for (std::size_t i = 0; i < count; ++i) page.ids.push_back(state_->ids[keys[i].row]);
    if (count < following)
        page.next = cursor_text(query, {state_->value_of(column.get(keys[count - 1].row)), *keys[count - 1].id});
    return page;
}

}  // namespace goetia
