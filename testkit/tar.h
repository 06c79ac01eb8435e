// tar archives with any members, also those that no tool would write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <zstd.h>

namespace goetia::testkit {

struct TarMember {
    std::string name;
    char kind = '0';
    std::string content = {};
    int mode = 0644;
    std::string link = {};
};

inline std::string tar_header(const TarMember& member) {
    std::string header(512, '\0');
    const auto put = [&](std::size_t at, std::string_view text) { header.replace(at, text.size(), text); };
    put(0, std::string_view(member.name).substr(0, 100));
    put(100, fmt::format("{:07o}", member.mode));
    put(124, fmt::format("{:011o}", member.content.size()));
    put(156, std::string(1, member.kind));
    put(157, std::string_view(member.link).substr(0, 100));
    put(257, "ustar");
    put(263, "00");
    put(148, "        ");
    unsigned sum = 0;
    for (const char c : header) sum += static_cast<unsigned char>(c);
    put(148, fmt::format("{:06o}", sum));
    header[154] = '\0';
    return header;
}

inline std::string tar_of(const std::vector<TarMember>& members) {
    std::string archive;
    for (const TarMember& member : members) {
        archive += tar_header(member) + member.content;
        archive.append((512 - member.content.size() % 512) % 512, '\0');
    }
    return archive + std::string(1024, '\0');
}

inline std::string compressed(std::string_view bytes) {
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
    return packed;
}

}  // namespace goetia::testkit
