// The cache of file hashes: anything other than what was written is ignored, and what is accepted is written back the
// same. The checksum at its end is corrected first, since it protects against damage, not malice.
#include <string>

#include "base/hash.h"
#include "datasets/file_hashes.h"
#include "fuzz/fuzz.h"

namespace {

constexpr std::size_t kTail = 4 + 64 + 1;  // "end ", the sum, the line's end

std::string with_sum(std::string_view text) {
    const std::string body(text.substr(0, text.size() < kTail ? 0 : text.size() - kTail));
    return body + "end " + goetia::sha256_hex(body) + "\n";
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace goetia;
    const std::string_view text = fuzz::text_of(data, size);
    (void)parse_hashes(text, "/r");
    const HashedFiles files = parse_hashes(with_sum(text), "/r");
    for (const auto& [path, one] : files) fuzz::expect(one.sha256.size() == 64 && path.size() <= size);
    fuzz::expect(parse_hashes(text_of(files, "/r"), "/r") == files);
    fuzz::expect(parse_hashes(text_of(files, "/r"), "/s").empty());
    return 0;
}
