#include "exporters/wire/proto_message.h"

#include <cstring>

#include "base/files.h"

namespace goetia {
namespace {

constexpr int kVarint = 0, kBytes = 2, kFixed32 = 5;
constexpr std::size_t kWorthKeeping = 4096;  // bytes that are referred to instead of copied

std::string_view view_of(const std::variant<std::string, std::span<const std::byte>>& piece) {
    if (const auto* text = std::get_if<std::string>(&piece)) return *text;
    const auto bytes = std::get<std::span<const std::byte>>(piece);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

void ProtoMessage::add(std::string_view bytes) {
    if (pieces_.empty() || pieces_.back().index() != 0) pieces_.emplace_back(std::string());
    std::get<std::string>(pieces_.back()) += bytes;
    size_ += bytes.size();
}

void ProtoMessage::varint(std::uint64_t value) {
    char digits[10];
    std::size_t count = 0;
    for (; value >= 0x80; value >>= 7) digits[count++] = static_cast<char>((value & 0x7F) | 0x80);
    digits[count++] = static_cast<char>(value);
    add({digits, count});
}

void ProtoMessage::tag(int field, int kind) {
    varint(static_cast<std::uint64_t>(field) << 3 | static_cast<unsigned>(kind));
}

ProtoMessage& ProtoMessage::whole(int field, std::int64_t value) {
    tag(field, kVarint);
    varint(static_cast<std::uint64_t>(value));
    return *this;
}

ProtoMessage& ProtoMessage::single(int field, float value) {
    tag(field, kFixed32);
    char bytes[sizeof(value)];
    std::memcpy(bytes, &value, sizeof(value));
    add({bytes, sizeof(bytes)});
    return *this;
}

ProtoMessage& ProtoMessage::text(int field, std::string_view value) {
    tag(field, kBytes);
    varint(value.size());
    add(value);
    return *this;
}

ProtoMessage& ProtoMessage::bytes(int field, std::span<const std::byte> value) {
    if (value.size() < kWorthKeeping) return text(field, view_of(value));
    tag(field, kBytes);
    varint(value.size());
    pieces_.emplace_back(value);
    size_ += value.size();
    return *this;
}

ProtoMessage& ProtoMessage::message(int field, ProtoMessage value) {
    tag(field, kBytes);
    varint(value.size());
    for (Piece& piece : value.pieces_) {
        if (piece.index() == 0) add(std::get<std::string>(piece));
        else size_ += view_of(piece).size(), pieces_.push_back(piece);
    }
    return *this;
}

ProtoMessage& ProtoMessage::raw(std::string_view fields) { return add(fields), *this; }

ProtoMessage& ProtoMessage::wholes(int field, const std::vector<std::int64_t>& values) {
    ProtoMessage packed;
    for (const std::int64_t value : values) packed.varint(static_cast<std::uint64_t>(value));
    return message(field, std::move(packed));
}

std::string ProtoMessage::text() const {
    std::string all;
    all.reserve(size_);
    for (const Piece& piece : pieces_) all += view_of(piece);
    return all;
}

Status ProtoMessage::write(int fd, std::string_view named) const {
    for (const Piece& piece : pieces_) GOETIA_TRY(write_all(fd, view_of(piece), std::string(named)));
    return {};
}

}  // namespace goetia
