// Writes one order's files and holds them against the model.
#pragma once

#include "delivery/report.h"
#include "delivery/subject.h"

namespace goetia {

struct ArtifactResult {
    Json report;  // as in validation_report.json
    ArtifactState state = ArtifactState::kFailed;
    std::vector<std::filesystem::path> files;  // in the folder that was given
};

ArtifactResult make_artifact(const DeliveryRequest& request, const Components& components,
                             const DeliverySubject& subject, const ExportOrder& order,
                             const std::filesystem::path& folder,
                             const std::function<void(std::string_view step)>& show);

}  // namespace goetia
