// The filter of a list, after a line break a cursor, after another one the text of fields.
#include "fuzz/fuzz.h"
#include "master/store/field_text.h"
#include "master/store/list_table.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    const std::string_view all = fuzz::text_of(data, size), q = all.substr(0, all.find('\n'));
    const std::string_view rest = all.substr(std::min(q.size() + 1, all.size())),
                           cursor = rest.substr(0, rest.find('\n'));
    const std::string_view lines = rest.substr(std::min(cursor.size() + 1, rest.size()));
    ListTable table;
    table.put("a", {{"name", "one"}, {"metrics.loss", 0.5}});
    table.put_text("a", "config.", lines);
    table.put_text("b", "config.", lines);
    each_field(lines, [](std::string_view name, const ListValue& value) {
        std::string text;
        put_field(text, name, value);
        int read = 0;
        each_field(text, [&](std::string_view, const ListValue&) { ++read; });
        fuzz::expect(read == 1);
    });
    auto query = parse_list_query(q, "-metrics.loss", {{"name", "id"}, {"metrics.", "config."}});
    if (!query) {
        fuzz::expect(!query.error().message.empty());
        return 0;
    }
    query->cursor = cursor;
    const auto page = table.list(*query);
    if (!page) return 0;
    fuzz::expect(page->total <= 2 && page->ids.size() <= page->total);
    return 0;
}
