#include "fetch/url.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using goetia::fuzz::expect;
    const auto url = goetia::parse_url(std::string(goetia::fuzz::text_of(data, size)), "https://host/a/b");
    if (!url) return 0;
    expect(url->scheme == "http" || url->scheme == "https" || url->scheme == "file");
    expect(url->scheme == "file" || !url->host.empty());
    url->names_closed_host();
    const auto again = goetia::parse_url(url->text);
    expect(again && again->origin == url->origin);
    return 0;
}
