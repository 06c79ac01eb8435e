// Every route of the master, one list: a file of routes per resource, entered in routes.cpp.
#pragma once

#include <string>
#include <vector>

#include "master/api/services.h"
#include "net/request_figures.h"
#include "net/route.h"

namespace goetia {

struct ApiOptions {
    std::string version;          // of Goetia
    std::string url;              // by which others reach this master
    std::string pin;              // of its key; empty: no TLS
    std::filesystem::path agent;  // the agent's program, for machines that join; empty: there is none
    std::shared_ptr<const RequestFigures> requests = std::make_shared<RequestFigures>();  // that the router counts
};

std::vector<Route> master_routes(MasterServices& services, const ApiOptions& options);

std::vector<Route> overview_routes(MasterService& service);
std::vector<Route> session_routes(MasterServices& services, const std::string& version);
std::vector<Route> user_routes(MasterServices& services);
std::vector<Route> token_routes(MasterServices& services);
std::vector<Route> audit_routes(Store& store);
std::vector<Route> task_routes(MasterServices& services);
std::vector<Route> sweep_routes(MasterServices& services);
std::vector<Route> catalogue_routes(KnownRuntime& runtime);
std::vector<Route> data_set_routes(DataSets& data_sets);
std::vector<Route> model_routes(ModelLibrary& models);
std::vector<Route> training_routes(MasterServices& services);
std::vector<Route> node_routes(MasterService& service, const ApiOptions& options);
std::vector<Route> agent_routes(MasterService& service);
std::vector<Route> object_routes(MasterService& service);
std::vector<Route> experiment_routes(ExperimentService& experiments);
std::vector<Route> artifact_routes(ExperimentService& experiments);
std::vector<Route> storage_routes(StorageService& storage, SettingsService& settings);
std::vector<Route> stream_routes(MasterService& service);
std::vector<Route> system_routes(MasterService& service, const ApiOptions& options);

}  // namespace goetia
