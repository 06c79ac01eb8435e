#include "weights/pickle_opcodes.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace goetia::pickle {
namespace {

// Valid opcodes that are refused.
constexpr std::array<std::pair<std::uint8_t, std::string_view>, 33> kRefused{{
    {'i', "INST"},         {'o', "OBJ"},
    {'P', "PERSID"},       {'0', "POP"},
    {'1', "POP_MARK"},     {'2', "DUP"},
    {'F', "FLOAT"},        {'I', "INT"},
    {'L', "LONG"},         {'S', "STRING"},
    {'T', "BINSTRING"},    {'V', "UNICODE"},
    {'B', "BINBYTES"},     {'C', "SHORT_BINBYTES"},
    {'d', "DICT"},         {'l', "LIST"},
    {'g', "GET"},          {'p', "PUT"},
    {0x81, "NEWOBJ"},      {0x82, "EXT1"},
    {0x83, "EXT2"},        {0x84, "EXT4"},
    {0x8b, "LONG4"},       {0x8c, "SHORT_BINUNICODE"},
    {0x8d, "BINUNICODE8"}, {0x8f, "EMPTY_SET"},
    {0x90, "ADDITEMS"},    {0x91, "FROZENSET"},
    {0x92, "NEWOBJ_EX"},   {0x93, "STACK_GLOBAL"},
    {0x95, "FRAME"},       {0x96, "BYTEARRAY8"},
    {0x97, "NEXT_BUFFER"},
}};

}  // namespace

std::string opcode_name(std::uint8_t code) {
    for (const auto& [known, name] : kRefused) {
        if (known == code) return std::string(name);
    }
    return fmt::format("0x{:02x}", code);
}

}  // namespace goetia::pickle
