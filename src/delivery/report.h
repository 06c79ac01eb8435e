// The ledger of an export: what was written, how it was held against the model, and what came of it.
#pragma once

#include <string>

#include "base/json_fwd.h"

namespace goetia {

// How an artifact ended. Only kVerified and kNotVerified are handed out.
enum class ArtifactState : std::uint8_t { kVerified, kNotVerified, kRejected, kFailed };
std::string_view artifact_state_name(ArtifactState state);

// validation_report.json as a page of Markdown: a table of the artifacts, then what is to be known of each.
std::string report_page(const Json& report);
// The tables alone, for a terminal.
std::string report_tables(const Json& report);

}  // namespace goetia
