// The body of a record, any JSON: read as every kind of record, never rejected, and what is written from it reads back
// the same.
#include <string>

#include "experiment/journal_records.h"
#include "fuzz/fuzz.h"

namespace {

template <class R>
void read_as(const goetia::Json& body) {
    const auto text_of = [](const goetia::Json& json) {
        return json.dump(-1, ' ', false, goetia::Json::error_handler_t::replace);
    };
    const std::string once = text_of(goetia::to_json(goetia::record_from<R>(body)));
    const std::string again = text_of(goetia::to_json(goetia::record_from<R>(goetia::Json::parse(once))));
    goetia::fuzz::expect(once == again);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const goetia::Json body = goetia::Json::parse(goetia::fuzz::text_of(data, size), nullptr, false);
    if (body.is_discarded()) return 0;
    read_as<goetia::AttemptRecord>(body);
    read_as<goetia::StateRecord>(body);
    read_as<goetia::EpochRecord>(body);
    read_as<goetia::CheckpointRecord>(body);
    read_as<goetia::EvaluationRecord>(body);
    read_as<goetia::ImageRecord>(body);
    read_as<goetia::NameRecord>(body);
    read_as<goetia::NoteRecord>(body);
    return 0;
}
