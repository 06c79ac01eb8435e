// A request for the page: its path in the first line, `Accept` in the second, `Accept-Encoding` in the third. Whatever
// they are, the answer is one of the page's own files, or none.
#include <algorithm>

#include "base/hash.h"
#include "fuzz/fuzz.h"
#include "master/page/served_page.h"

namespace {

using namespace goetia;

PageBytes bytes_of_form(const std::string& encoding, const std::string& text) {
    return {encoding, sha256_hex(text), text};
}

const ServedPage& page_to_try() {
    static const ServedPage kPage(
        PageFiles{{"/index.html", {"text/html", false, {bytes_of_form("", "index")}}},
                  {"/assets/a-12345678.js",
                   {"text/javascript",
                    true,
                    {bytes_of_form("", "script"), bytes_of_form("br", "br"), bytes_of_form("gzip", "gz")}}}});
    return kPage;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using fuzz::expect;
    std::string_view rest = fuzz::text_of(data, size);
    const auto line = [&rest] {
        const std::string_view text = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), text.size() + 1));
        return std::string(text);
    };
    HttpRequest request{.target = line()};
    request.headers.set("Accept", line());
    request.headers.set("Accept-Encoding", line());
    const auto response = page_to_try().answer(request);
    if (!response) return 0;
    const std::string encoding = response->headers.value("Content-Encoding");
    const std::string script = encoding == "br" ? "br" : encoding == "gzip" ? "gz" : "script";
    const bool is_script = request.path() == "/assets/a-12345678.js";
    expect(response->body == (is_script ? script : "index"));
    expect(is_script || (encoding.empty() && !request.path().starts_with("/assets/")));
    return 0;
}
