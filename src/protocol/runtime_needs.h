// What a build of the runtime needs of a machine, and what a machine lacks of it. A task's package and a runtime bundle
// say the first, an agent's facts the second; placement compares them.
#pragma once

#include <algorithm>
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace goetia {

struct RuntimeNeeds {
    std::string libtorch;   // the version that the machine itself must have; empty: any, or a bundle brings it
    std::string cuda;       // that the runtime was built for, "12.4"; empty: it uses the processor only
    std::string driver;     // of the GPUs, at least; empty: any
    std::string glibc;      // at least; empty: any
    std::string processor;  // "x86_64"; empty: any
    auto operator<=>(const RuntimeNeeds&) const = default;
};

// The same members of whatever has them.
struct RuntimeFacts {
    std::vector<std::string> libtorch;  // "2.13.0", with "+cuda" where GPUs can be used
    std::string cuda;                   // the newest that the driver can run; empty: no driver
    std::string driver;                 // empty: none
    std::string glibc;                  // empty: not known, as are the following
    std::string processor;
};

// "12.4" against "12.10": numbers between dots are compared as numbers. Nothing is older than anything.
bool version_at_least(std::string_view has, std::string_view needs);

// The oldest driver of NVIDIA that runs programs built for this CUDA; empty for one that is not known. Within a major
// version newer libraries run on older drivers, by NVIDIA's rule of minor version compatibility.
std::string oldest_driver_for(std::string_view cuda);

// Whether one of them is what is needed: "2.13.0+cuda" is a 2.13.0 too.
bool has_libtorch(const std::vector<std::string>& has, std::string_view needs);

// Whether nothing is lacking. `Needs` has the members of RuntimeNeeds, `Facts` those of RuntimeFacts (NodeFacts, a node
// of the pool). What a machine does not say of its glibc and processor is not held against it.
template <class Needs, class Facts>
bool can_run(const Needs& needs, const Facts& has) {
    return version_at_least(has.cuda, needs.cuda) && version_at_least(has.driver, needs.driver) &&
           (has.glibc.empty() || version_at_least(has.glibc, needs.glibc)) &&
           (has.processor.empty() || needs.processor.empty() || has.processor == needs.processor) &&
           (needs.libtorch.empty() || has_libtorch(has.libtorch, needs.libtorch));
}

// In words, empty when nothing is: "the runtime needs glibc 2.34, it has 2.28".
std::vector<std::string> lacking_words(const RuntimeNeeds& needs, const RuntimeFacts& has);

template <class Needs, class Facts>
std::vector<std::string> what_it_lacks(const Needs& needs, const Facts& has) {
    return lacking_words({needs.libtorch, needs.cuda, needs.driver, needs.glibc, needs.processor},
                         {has.libtorch, has.cuda, has.driver, has.glibc, has.processor});
}

Json to_json(const RuntimeNeeds& needs);
Result<RuntimeNeeds> runtime_needs_from(const Json& json);

}  // namespace goetia
