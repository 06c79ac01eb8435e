// Composed configurations for display: the output of `config show` and `train --cfg`.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace goetia {
struct ComposeRequest;
}

namespace goetia::cli {

struct Outcome;

struct ShowOptions {
    bool multirun = false;     // one document per job of the sweep
    bool unresolved = false;   // keep references as they are written
    std::string part = "job";  // of Hydra's --cfg: job, hydra, all
    std::string package;       // only this part of the document
};

Result<Outcome> show_config(const ComposeRequest& request, ShowOptions options);

// The final defaults list: which configs were merged, in which order, into which package.
Result<Outcome> show_defaults(const ComposeRequest& request);

// The requests of each job of the sweep; without `multirun` only `request` itself.
Result<std::vector<ComposeRequest>> jobs_of(const ComposeRequest& request, bool multirun);

void say_notices(const std::vector<std::string>& notices);

}  // namespace goetia::cli
