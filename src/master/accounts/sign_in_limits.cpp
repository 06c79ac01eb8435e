#include "master/accounts/sign_in_limits.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace goetia {

std::string address_key(std::string_view address) {
    const std::string text(address);
    std::array<char, 16> bytes{};
    if (inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return text;
    constexpr std::array<char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xff', '\xff'};
    if (std::equal(kMapped.begin(), kMapped.end(), bytes.begin())) {  // an IPv4 address in IPv6's form
        std::array<char, INET_ADDRSTRLEN> name{};
        return inet_ntop(AF_INET, bytes.data() + kMapped.size(), name.data(), name.size()) ? name.data() : text;
    }
    return {bytes.data(), 8};
}

void SignInLimits::Table::forget_full(double now) {
    std::erase_if(entries, [&](const auto& entry) {
        const Tries& tries = entry.second;
        return tries.left + (now - tries.at) / limit.seconds_for_one >= limit.most;
    });
    if (entries.size() >= kept) entries.erase(entries.begin());
}

SignInLimits::Tries& SignInLimits::Table::entry(std::string_view key, double now) {
    const auto found = entries.find(key);
    if (found == entries.end()) {
        if (entries.size() >= kept) forget_full(now);
        return entries.emplace(std::string(key), Tries{limit.most, now}).first->second;
    }
    Tries& tries = found->second;
    tries.left = std::min(limit.most, tries.left + (now - tries.at) / limit.seconds_for_one);
    tries.at = now;
    return tries;
}

double SignInLimits::take(std::string_view name, std::string_view address, double now) {
    const std::scoped_lock lock(mutex_);
    Tries& from = addresses_.entry(address_key(address), now);
    if (from.left < 1) return (1 - from.left) * addresses_.limit.seconds_for_one;
    Tries& of = names_.entry(name, now);
    if (of.left < 1) {
        from.left -= 1;  // who asks for a name that is tried too often is slowed down himself
        return (1 - of.left) * names_.limit.seconds_for_one;
    }
    from.left -= 1;
    of.left -= 1;
    return 0;
}

void SignInLimits::give_back(std::string_view name, std::string_view address, double now) {
    const std::scoped_lock lock(mutex_);
    Tries& from = addresses_.entry(address_key(address), now);
    from.left = std::min(addresses_.limit.most, from.left + 1);
    Tries& of = names_.entry(name, now);
    of.left = std::min(names_.limit.most, of.left + 1);
}

}  // namespace goetia
