// How often somebody may try to sign in: so many tries for a name, and so many from an address, wherever the others
// come from. A try that succeeds is given back. Names that no user has count like others. Safe to call from several
// threads.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace goetia {

struct TryLimit {
    double most = 1;             // at once
    double seconds_for_one = 1;  // until another one is allowed
};

class SignInLimits {
  public:
    SignInLimits(TryLimit of_name, TryLimit of_address, std::size_t kept = 100'000)
        : names_{of_name, kept, {}}, addresses_{of_address, kept, {}} {}

    // Seconds to wait; 0: the try is taken. `now`: steady seconds.
    double take(std::string_view name, std::string_view address, double now);
    void give_back(std::string_view name, std::string_view address, double now);

  private:
    struct Tries {
        double left = 0, at = 0;
    };
    struct Table {
        TryLimit limit;
        std::size_t kept;
        std::map<std::string, Tries, std::less<>> entries;

        Tries& entry(std::string_view key, double now);
        void forget_full(double now);
    };

    std::mutex mutex_;
    Table names_, addresses_;
};

// What counts as one address: of IPv6 the network, since a machine has as many addresses there as it likes.
std::string address_key(std::string_view address);

}  // namespace goetia
