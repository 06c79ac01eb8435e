// A request as a server reads it: a head, and the body in pieces of seven bytes.
#include "fuzz/fuzz.h"
#include "net/http_reader.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using goetia::fuzz::expect;
    std::string_view all = goetia::fuzz::text_of(data, size);
    const std::size_t end = all.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    goetia::HttpReader reader(goetia::HttpReader::Kind::kRequest);
    const auto request = reader.request_head(all.substr(0, end + 4));
    if (!request) return 0;
    expect(request->target.starts_with('/') && request->headers.all().size() <= 100);
    goetia::TextSink body;
    constexpr std::uint64_t kLimit = 1000;
    if (!reader.begin_body(body, kLimit)) return 0;
    std::string waiting;
    for (all.remove_prefix(end + 4); !reader.done() && !all.empty();) {
        const std::string_view piece = all.substr(0, 7);
        waiting += piece;
        all.remove_prefix(piece.size());
        while (!waiting.empty() && !reader.done()) {
            const auto used = reader.body(waiting);
            if (!used) return 0;
            expect(*used <= waiting.size());
            waiting.erase(0, *used);
            if (*used == 0) break;
        }
    }
    expect(body.text.size() <= kLimit);
    return 0;
}
