#include "archive/tar_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "archive/entry_path.h"

namespace goetia {
namespace {

constexpr std::int64_t kBlock = 512;
constexpr std::int64_t kLongestText = 64 * 1024;  // of a long name or a pax header
using TarHeader = std::array<char, kBlock>;

std::string_view field(std::span<const char> header, std::size_t at, std::size_t size) {
    const std::string_view all(header.data() + at, size);
    return all.substr(0, all.find('\0'));
}

// Octal digits, or a big-endian number after a first byte of 0x80 (GNU's form of large sizes).
std::optional<std::int64_t> number_in(std::span<const char> header, std::size_t at, std::size_t size) {
    const auto first = static_cast<unsigned char>(header[at]);
    if (first == 0x80) {
        std::uint64_t value = 0;
        for (std::size_t i = at + 1; i < at + size; ++i) {
            if (value >> 55U != 0) return std::nullopt;
            value = value << 8U | static_cast<unsigned char>(header[i]);
        }
        return static_cast<std::int64_t>(value);
    }
    std::string_view digits = field(header, at, size);
    while (!digits.empty() && digits.front() == ' ') digits.remove_prefix(1);
    while (!digits.empty() && digits.back() == ' ') digits.remove_suffix(1);
    std::int64_t value = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
    if (fault != std::errc() || end != digits.data() + digits.size() || value < 0) return std::nullopt;
    return value;
}

bool checksum_fits(const TarHeader& header) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < header.size(); ++i)
        sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
    return number_in(header, 148, 8) == sum;
}

// Records "LENGTH key=value\n" of a pax header; only `path` and `size` mean something to us.
Status take_pax(std::string_view text, std::optional<std::string>& path, std::optional<std::int64_t>& bytes) {
    while (!text.empty()) {
        std::size_t length = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), length);
        const auto digits = static_cast<std::size_t>(end - text.data());
        if (fault != std::errc() || length <= digits + 1 || length > text.size() || *end != ' ' ||
            text[length - 1] != '\n')
            return invalid("a pax header is damaged");
        const std::string_view record = text.substr(digits + 1, length - digits - 2);
        const std::size_t equals = record.find('=');
        if (equals == std::string_view::npos) return invalid("a pax header is damaged");
        const std::string_view key = record.substr(0, equals), value = record.substr(equals + 1);
        if (key == "path") path = std::string(value);
        if (key == "size") {
            std::int64_t number = 0;
            const auto [stop, wrong] = std::from_chars(value.data(), value.data() + value.size(), number);
            if (wrong != std::errc() || stop != value.data() + value.size() || number < 0)
                return invalid("a pax header gives a size of '{}'", value.substr(0, 40));
            bytes = number;
        }
        if (key.starts_with("GNU.sparse")) return invalid("an entry is a sparse file; only plain files are allowed");
        text.remove_prefix(length);
    }
    return {};
}

std::int64_t padding_after(std::int64_t bytes) { return (kBlock - bytes % kBlock) % kBlock; }

bool all_zero(const TarHeader& header) {
    return std::all_of(header.begin(), header.end(), [](char c) { return c == 0; });
}

}  // namespace

// `ended`: nothing at all was left.
Status TarReader::fill(std::span<char> into, bool& ended) {
    std::size_t at = 0;
    while (at < into.size()) {
        GOETIA_ASSIGN(const std::size_t got, source_.read(into.subspan(at)));
        if (got == 0) break;
        at += got;
    }
    ended = at == 0 && !into.empty();
    if (at != 0 && at != into.size()) return invalid("the archive ends within an entry");
    return {};
}

Status TarReader::skip_rest() {
    std::array<char, 16384> buffer;
    for (std::int64_t rest = left_ + padding_; rest > 0;) {
        const auto want = static_cast<std::size_t>(std::min<std::int64_t>(rest, buffer.size()));
        bool ended = false;
        GOETIA_TRY(fill(std::span(buffer).first(want), ended));
        if (ended) return invalid("the archive ends within an entry");
        rest -= static_cast<std::int64_t>(want);
    }
    left_ = padding_ = 0;
    return {};
}

Result<std::size_t> TarReader::read(std::span<char> into) {
    if (left_ == 0 || into.empty()) return std::size_t{0};
    const auto want = static_cast<std::size_t>(std::min<std::int64_t>(left_, static_cast<std::int64_t>(into.size())));
    GOETIA_ASSIGN(const std::size_t got, source_.read(into.first(want)));
    if (got == 0) return invalid("the archive ends within an entry");
    left_ -= static_cast<std::int64_t>(got);
    return got;
}

Result<std::string> TarReader::read_text(std::int64_t bytes) {
    if (bytes > kLongestText) return invalid("a name takes {} bytes; at most {} are allowed", bytes, kLongestText);
    std::string text(static_cast<std::size_t>(bytes), '\0');
    left_ = bytes;
    padding_ = padding_after(bytes);
    for (std::size_t at = 0; at < text.size();) {
        GOETIA_ASSIGN(const std::size_t got, read(std::span(text).subspan(at)));
        at += got;
    }
    GOETIA_TRY(skip_rest());
    return text;
}

Result<TarEntry> TarReader::entry_of(std::span<const char> header, const Names& names) {
    TarEntry entry;
    std::string name(field(header, 0, 100));
    const std::string_view prefix = field(header, 345, 155);
    if (field(header, 257, 6) == "ustar" && !prefix.empty()) name = std::string(prefix) + "/" + name;
    if (names.path) name = *names.path;
    const char kind = header[156];
    if (kind != '0' && kind != '\0' && kind != '5')
        return invalid("entry '{}' is neither a file nor a folder; links and devices are refused", name);
    auto path = entry_path(name);
    if (!path) return invalid("entry '{}' {}", name, path.error().message);
    entry.path = *std::move(path);
    entry.folder = kind == '5' || name.back() == '/';
    if (entry.path.empty() && !entry.folder) return invalid("entry '{}' is a file without a name", name);
    const auto mode = number_in(header, 100, 8), bytes = number_in(header, 124, 12);
    if (!mode || !bytes) return invalid("entry '{}' has a damaged header", name);
    entry.executable = (*mode & 0111) != 0;
    entry.bytes = entry.folder ? 0 : names.bytes.value_or(*bytes);
    left_ = entry.folder ? *bytes : entry.bytes;
    if (left_ > std::numeric_limits<std::int64_t>::max() - kBlock) return invalid("entry '{}' is too large", name);
    padding_ = padding_after(left_);
    return entry;
}

Result<std::optional<TarEntry>> TarReader::next() {
    Names names;
    for (;;) {
        GOETIA_TRY(skip_rest());
        TarHeader header;
        bool ended = false;
        GOETIA_TRY(fill(header, ended));
        if (ended || all_zero(header)) return std::optional<TarEntry>();
        if (!checksum_fits(header)) return invalid("the archive is damaged: a header has a wrong checksum");
        const char kind = header[156];
        if (kind != 'x' && kind != 'g' && kind != 'L') {
            GOETIA_ASSIGN(TarEntry entry, entry_of(header, names));
            return std::optional(std::move(entry));
        }
        const auto bytes = number_in(header, 124, 12);
        if (!bytes) return invalid("the archive is damaged: a header has no size");
        GOETIA_ASSIGN(std::string text, read_text(*bytes));
        if (kind == 'L') names.path = text.substr(0, text.find('\0'));
        if (kind == 'x') GOETIA_TRY(take_pax(text, names.path, names.bytes));
    }
}

}  // namespace goetia
